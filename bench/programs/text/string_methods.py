"""Methods of str one by one: find, partition, translate, case, tests of characters, justification, encoding."""

CASES = {100: 42700, 98000: 41846000}


def main(size):
    vowels = str.maketrans("aeiou", "AEIOU", "xyz")
    names = [f"  Sensor-{i:04d}.reading_{i % 7}  " for i in range(200)]
    wide = "Grüße aus Köln und 東京 " * 3
    total = 0
    for i in range(size):
        name = names[i % 200]
        stripped = name.strip()
        total += stripped.find("reading") + stripped.rfind(".")
        head, _, tail = stripped.partition(".")
        total += len(head) + len(tail.rpartition("_")[2])
        total += len(stripped.translate(vowels))
        total += stripped.lower().islower() + stripped.upper().isupper() + tail.isidentifier()
        total += head[7:].isdigit() + head.isalnum() + stripped.startswith(("Sen", "Act"))
        total += len(head.ljust(20)) + len(tail.center(30, "*")) + len(head.zfill(15))
        total += len(stripped.title().swapcase()) + len(stripped.removeprefix("Sensor-"))
        total += len(wide.encode()) + wide.find("東") + len(wide.upper())
        total += len(stripped.encode("ascii").decode("latin-1")) + hash(stripped == head)
        total += len(wide.casefold()) + (stripped < wide) + ("reading" in stripped)
    return total
