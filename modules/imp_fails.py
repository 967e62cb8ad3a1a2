import sys
before = 1
raise ValueError('inside')
