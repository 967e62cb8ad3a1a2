import package_two
value = [n for n in range(99)]