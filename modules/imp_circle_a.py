import imp_circle_b
x = 1
y = imp_circle_b.get()
