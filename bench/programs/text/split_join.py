"""Words: split, joined, stripped, replaced, changed in case, counted, sorted."""

CASES = {100: 21550, 130000: 18025870}


def main(size):
    words = [f"word{i * 7919 % 1000}" for i in range(size)]
    text = " ".join(words)
    total = 0
    for _ in range(10):
        counts = {}
        for word in text.split():
            word = word.upper().strip("W").replace("ORD", "<") + ">"
            counts[word] = counts.get(word, 0) + 1
        lines = [f"{word}|{count}" for word, count in sorted(counts.items())]
        total += len("\n".join(lines))
        for line in "\n".join(lines).splitlines():
            name, count = line.split("|")
            total += len(name) * int(count)
        total += sum(1 for word in words if word.startswith("word1") and "9" in word)
        total += sum(len(part) for part in text.split("word"))
        total += len(text.replace("word", "w")) + text.count("9 ")
    return total
