"""Text: splitting, joining, searching, formatting."""


def main():
    words = [f"word{i * 7919 % 1000}" for i in range(20000)]
    text = " ".join(words)
    total = 0
    for _ in range(25):
        counts = {}
        for word in text.split():
            word = word.upper().strip("W").replace("ORD", "<") + ">"
            counts[word] = counts.get(word, 0) + 1
        lines = [f"{word:>10}|{count:05d}|{count / 3:.2f}" for word, count in sorted(counts.items())]
        total += len("\n".join(lines))
        total += sum(1 for word in words if word.startswith("word1") and "9" in word)
        letters = []
        for character in text:
            if character.isdigit():
                letters.append(character)
        total += len("".join(letters))
    assert total == 2004975


main()
