from . import sub
from .sub import value as renamed
list = [1]
