"""decimal: sums of money, roots, exp and pi to many places, rounding, formatting."""

from decimal import ROUND_HALF_EVEN, Decimal, localcontext

CASES = {
    20: ["81.42", 12, "0.75", "932385", "0.6931471805599453094172321215"],
    50000: ["6249.92", 184322, "2083.25", "097494", "0.6931471805599453094172321215"],
}


def pi(places):
    with localcontext() as context:
        context.prec = places + 2
        lasts, t, s, n, na, d, da = Decimal(0), Decimal(3), Decimal(3), 1, 0, 0, 24
        while s != lasts:
            lasts = s
            n, na = n + na, na + 8
            d, da = d + da, da + 32
            t = (t * n) / d
            s += t
        context.prec = places
        return +s


def main(size):
    cent = Decimal("0.01")
    total = Decimal(0)
    for i in range(size):
        price = Decimal(i) / 7
        total += price.quantize(cent, rounding=ROUND_HALF_EVEN) * 3
        if total > Decimal("100000"):
            total -= Decimal("99999.5")
    text = sum(len(f"{total + i:,.2f}") + len(str(Decimal(i).sqrt())) for i in range(size // 10))
    ordered = sorted(Decimal(i * 7919 % size) / 8 for i in range(size))
    return [str(total), text, str(ordered[size // 3]), str(pi(min(size, 60)))[-6:], str(Decimal(2).ln())]
