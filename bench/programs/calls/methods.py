"""Calls of methods: of the class itself, inherited, overridden, and through bound methods."""

CASES = {1000: [999, 222111, 221450, 221785], 1300000: [1299999, 107989879975, 107989799746, 107989839865]}


class Account:
    def __init__(self, balance):
        self.balance = balance

    def deposit(self, amount):
        self.balance += amount
        return self.fee(amount)

    def fee(self, amount):
        return 0

    @classmethod
    def rate(cls):
        return 2

    @staticmethod
    def limit(value):
        return value & 0xffff


class Business(Account):
    def fee(self, amount):
        return self.rate() if amount & 1 else 1


def main(size):
    accounts = [Account(0), Business(5), Business(7)]
    fees = 0
    for i in range(size):
        account = accounts[i % 3]
        fees += account.deposit(Account.limit(i))
    deposits = [account.deposit for account in accounts]
    for i in range(size // 3):
        for deposit in deposits:
            deposit(i)
    return [fees] + [account.balance for account in accounts]
