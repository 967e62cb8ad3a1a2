from ..sub import value
from . import other
from ... import nothing
