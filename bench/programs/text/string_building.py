"""Strings put together: by +=, by join, in lists, by io.StringIO; and taken apart character by character."""

import io

CASES = {100: [679, 18, "a jihgfe", "hijklmnopq h"], 1100000: [7480001, 200000, "fedcba j", "hijklmnopq h"]}


def caesar(text, shift):
    letters = []
    for character in text:
        if "a" <= character <= "z":
            letters.append(chr((ord(character) - 97 + shift) % 26 + 97))
        else:
            letters.append(character)
    return "".join(letters)


def run_lengths(text):
    result = ""
    i = 0
    while i < len(text):
        j = i
        while j < len(text) and text[j] == text[i]:
            j += 1
        result += text[i] + str(j - i)
        i = j
    return result


def main(size):
    text = ""
    for i in range(size):
        text += "abcdefghij "[i % 11]
    total = len(text)
    coded = caesar(text, 7)
    assert caesar(coded, 19) == text
    total += len(run_lengths(text[:size // 4] + "aaab" * (size // 40)))
    stream = io.StringIO()
    for i in range(size):
        stream.write("line ")
        if i % 10 == 0:
            stream.write("\n")
    total += len(stream.getvalue())
    total += sum(1 for line in stream.getvalue().splitlines() if line)
    reversed_text = ""
    for character in text[:5000]:
        reversed_text = character + reversed_text
    vowels = 0
    for character in coded:
        if character in "aeiou":
            vowels += 1
    return [total, vowels, reversed_text[:8], coded[:12]]
