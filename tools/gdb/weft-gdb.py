"""What a debugger needs to show Weft's values. Load it with

    gdb -x tools/gdb/weft-gdb.py build/debug/weft

Every Value is printed as Python shows it, shortened. Commands:
    weft-print EXPRESSION     a Value, whole, with its address, shape and flags
    weft-frames [all]         the Python frames of the current thread, or of all
    weft-code EXPRESSION      the instructions of a Code, Function or Frame
    weft-heap                 how many objects of each type the heap holds, and its blocks
They read memory only, so that they serve for core files too; line numbers of frames are shown when
there is a process to ask.
"""

import struct

import gdb

DEEP = 3
MANY = 20


def symbol_type(name):
    return gdb.lookup_type(name)


def address_of(name):
    return int(gdb.parse_and_eval(f"(unsigned long)&{name}"))


def read(address, size):
    return bytes(gdb.selected_inferior().read_memory(address, size))


def word(address):
    return struct.unpack("<Q", read(address, 8))[0]


def at(address, type_name):
    """The C struct at an address."""
    return gdb.Value(address).cast(symbol_type(type_name).pointer()).dereference()


def enumerators(name):
    """The names of an enum's values."""
    return {field.enumval: field.name for field in symbol_type(name).fields()}


class Layouts:
    """Names of the layouts: 'LIST' for LAYOUT_LIST."""

    names = None

    @classmethod
    def name(cls, number):
        if cls.names is None:
            cls.names = {value: name[len("LAYOUT_"):]
                         for value, name in enumerators("Layout").items()}
        return cls.names.get(number, str(number))


def shape_of(address):
    number = struct.unpack("<I", read(address, 4))[0]
    return gdb.parse_and_eval(f"shape_region[{number}]"), number


def type_name(address):
    shape, number = shape_of(address)
    if number == 0:
        return "free cell"
    if int(shape["type"]) == 0:
        return Layouts.name(int(shape["layout"])).lower()
    return shape["type"]["name"].string()


def decode_float(bits):
    bits = ((bits >> 3 | bits << 61) - (1 << 60)) & (1 << 64) - 1
    return struct.unpack("<d", struct.pack("<Q", bits))[0]


def string_of(address):
    """The text of a Str, shortened."""
    text = at(address, "Str")
    kind, length = int(text["kind"]), int(text["length"])
    start = int(text["data"].address)
    shown = min(length, 200)
    data = read(start, shown * kind)
    decoded = data.decode({1: "latin-1", 2: "utf-16-le", 4: "utf-32-le"}[kind], "surrogatepass")
    return decoded + ("..." if shown < length else "")


def items_of(array_address, count, depth):
    start = int(at(array_address, "Array")["items"].address)
    return values_from(start, count, depth)


def values_from(start, count, depth):
    shown = [render(word(start + 8 * i), depth - 1) for i in range(min(count, MANY))]
    if count > MANY:
        shown.append("...")
    return ", ".join(shown)


def render_dict(address, depth):
    table = at(address, "Dict")["table"].dereference()
    parts = []
    for i in range(int(table["count"])):
        entry = table["entries"][i]
        if int(entry["value"]) == 0:
            continue
        if len(parts) == MANY:
            parts.append("...")
            break
        parts.append(render(int(entry["key"]), depth - 1) + ": " + render(int(entry["value"]), depth - 1))
    return "{" + ", ".join(parts) + "}"


def render_set(address, depth):
    table = at(address, "Set")["table"].dereference()
    parts = []
    for i in range(int(table["mask"]) + 1):
        key = int(table["entries"][i]["key"])
        # What was removed is marked by a word that is no object.
        if key < 4096:
            continue
        if len(parts) == MANY:
            parts.append("...")
            break
        parts.append(render(key, depth - 1))
    return "{" + ", ".join(parts) + "}"


def render_int(address):
    box = at(address, "IntBox")
    size = int(box["size"])
    start = int(box["limbs"].address)
    number = int.from_bytes(read(start, 8 * abs(size)), "little")
    return str(-number if size < 0 else number)


def render_object(address, depth):
    shape, number = shape_of(address)
    layout = Layouts.name(int(shape["layout"]))
    if layout == "STR":
        return repr(string_of(address))
    if layout == "INT":
        return render_int(address)
    if layout == "FLOAT":
        return repr(float(at(address, "FloatBox")["value"]))
    if layout in ("NONE", "NOTIMPLEMENTED", "ELLIPSIS"):
        return {"NONE": "None", "NOTIMPLEMENTED": "NotImplemented", "ELLIPSIS": "Ellipsis"}[layout]
    if layout == "BOOL":
        return "True" if address == address_of("true_object") else "False"
    if layout == "BYTES":
        size = int(at(address, "Bytes")["length"])
        return repr(read(int(at(address, "Bytes")["data"].address), min(size, 200)))
    if layout == "TYPE":
        return f"<class '{at(address, 'Type')['name'].string()}'>"
    if depth <= 0 and layout in ("LIST", "TUPLE", "DICT", "SET", "FROZENSET", "ARRAY"):
        return f"<{type_name(address)} at {address:#x}>"
    if layout == "LIST":
        value = at(address, "List")
        return "[" + items_of(int(value["items"]), int(value["length"]), depth) + "]"
    if layout == "TUPLE":
        value = at(address, "Tuple")
        inner = values_from(int(value["items"].address), int(value["length"]), depth)
        return "(" + inner + ("," if int(value["length"]) == 1 else "") + ")"
    if layout == "ARRAY":
        return "array [" + items_of(address, int(at(address, "Array")["capacity"]), depth) + "]"
    if layout == "DICT":
        return render_dict(address, depth)
    if layout in ("SET", "FROZENSET"):
        return render_set(address, depth)
    if layout == "FUNCTION":
        return f"<function {render(int(at(address, 'Function')['qualname']), 0)} at {address:#x}>"
    if layout == "CODE":
        code = at(address, "Code")
        return f"<code {render(int(code['qualname']), 0)} at {address:#x}>"
    if layout == "EXCEPTION":
        arguments = render(int(at(address, "Exception_")["args"]), depth)
        return f"{type_name(address)}{arguments}"
    return f"<{type_name(address)} at {address:#x}>"


def render(bits, depth=DEEP):
    """A Value as Python would show it, shortened."""
    if bits == 0:
        return "<no value>"
    if bits & 1:
        return str((bits - (1 << 64) if bits >> 63 else bits) >> 1)
    if bits & 3 == 2:
        return repr(decode_float(bits))
    if bits & 7:
        return f"<bad value {bits:#x}>"
    try:
        return render_object(bits, depth)
    except (gdb.error, gdb.MemoryError, UnicodeDecodeError) as error:
        return f"<object at {bits:#x}: {error}>"


class ValuePrinter:
    def __init__(self, value):
        self.bits = int(value) & (1 << 64) - 1

    def to_string(self):
        return f"{self.bits:#x} {render(self.bits)}"


def printer_for(value):
    kind = value.type
    if kind.code != gdb.TYPE_CODE_TYPEDEF and kind.code != gdb.TYPE_CODE_PTR:
        return None
    kind = kind.strip_typedefs()
    if kind.code == gdb.TYPE_CODE_PTR and str(kind.target().unqualified()) in ("Object", "struct Object"):
        return ValuePrinter(value)
    return None


gdb.pretty_printers.append(printer_for)


def value_of(expression):
    return int(gdb.parse_and_eval(f"(unsigned long)({expression})"))


class WeftPrint(gdb.Command):
    """weft-print EXPRESSION: a Value with its address, shape and flags."""

    FLAGS = ("SHARED", "OLD", "STATIC", "WEAKREFS", "FINALIZED", "INTERNED")

    def __init__(self):
        super().__init__("weft-print", gdb.COMMAND_DATA, gdb.COMPLETE_EXPRESSION)

    def invoke(self, expression, from_tty):
        bits = value_of(expression)
        print(render(bits, DEEP + 2))
        if bits and not bits & 7:
            shape, number = shape_of(bits)
            flags = read(bits + 4, 1)[0]
            names = [name for i, name in enumerate(self.FLAGS) if flags >> i & 1]
            print(f"{bits:#x}: {type_name(bits)}, shape {number}, layout "
                  f"{Layouts.name(int(shape['layout']))}, {' '.join(names) or 'no flags'}, "
                  f"lock {read(bits + 5, 1)[0]}")
            self.show_attributes(bits, shape)

    @staticmethod
    def show_attributes(bits, shape):
        """The inline attribute slots of an instance, by the names on the way to the root shape."""
        if int(shape["type"]) == 0 or int(shape["dict_mode"]):
            return
        names = []
        inline = int(shape["inline_slots"])
        while int(shape["name"]):
            names.append(string_of(int(shape["name"])))
            shape = gdb.parse_and_eval(f"shape_region[{int(shape['parent'])}]")
        offset = int(shape["type"]["tail_offset"])
        if names and offset:
            # The word before the slots refers to the array of those that have no room there.
            slots = bits + offset + 8
            shown = [f"{name}={render(word(slots + 8 * i), 1)}" if i < inline else name
                     for i, name in enumerate(reversed(names))]
            print("attributes:", ", ".join(shown))


def frame_text(frame):
    """One Python frame: name, file, line, and its named registers."""
    code = frame["code"].dereference()
    name, file = string_of(int(code["qualname"])), string_of(int(code["filename"]))
    try:
        line = int(gdb.parse_and_eval(f"frame_line((Frame *){int(frame.address)})"))
    except gdb.error:
        line = f"{int(code['first_line'])} or below"
    registers = int(frame.address) + symbol_type("Frame").sizeof
    names = at(int(code["varnames"]), "Tuple")
    shown = []
    for i in range(min(int(names["length"]), MANY)):
        bits = word(registers + 8 * i)
        if bits:
            shown.append(f"{string_of(int(names['items'][i]))}={render(bits, 1)}")
    return f'  File "{file}", line {line}, in {name}' + ("\n    " + ", ".join(shown) if shown else "")


class WeftFrames(gdb.Command):
    """weft-frames [all]: the Python frames, innermost first."""

    def __init__(self):
        super().__init__("weft-frames", gdb.COMMAND_STACK)

    @staticmethod
    def show(thread):
        print(f"thread {int(thread['gc']['id'])}, OS {int(thread['os_id'])}, {int(thread['depth'])} deep"
              + (f", pending {render(int(thread['exception']))}" if int(thread["exception"]) else ""))
        pointer = thread["frame"]
        while int(pointer):
            frame = at(int(pointer), "Frame")
            print(frame_text(frame))
            pointer = frame["caller"]

    def invoke(self, argument, from_tty):
        if argument.strip() == "all":
            pointer = gdb.parse_and_eval("'thread.c'::threads")
            while int(pointer):
                self.show(at(int(pointer), "Thread"))
                pointer = at(int(pointer), "Thread")["next"]
            return
        self.show(at(value_of("gc_self"), "Thread"))


class Instructions:
    """The program's own table: name, operand kinds, extension words of each opcode."""

    table = None

    @classmethod
    def load(cls):
        if cls.table is None:
            rows = gdb.parse_and_eval("opcode_info")
            operands = enumerators("OperandKind")
            extensions = enumerators("ExtensionKind")
            first, last = rows.type.range()
            cls.table = [
                (rows[i]["name"].string(), *(operands[int(rows[i][k])] for k in "abc"),
                 *(extensions[int(rows[i][k])] for k in ("ext1", "ext2")))
                for i in range(first, last + 1)]
        return cls.table


def signed(number, bits):
    return number - (1 << bits) if number >> bits - 1 & 1 else number


def operand_text(kind, number, code, width):
    if kind.startswith("BX"):
        kind, width = kind[2:], width * 2
    if kind in ("DST", "REG", "RDW", "BASE"):
        names = at(int(code["varnames"]), "Tuple")
        if number < int(names["length"]):
            return f"R{number}({string_of(int(names['items'][number]))})"
        return f"R{number}"
    if kind in ("CONST", "NAME", "FREE"):
        field = {"CONST": "consts", "NAME": "names", "FREE": "freevars"}[kind]
        return render(int(at(int(code[field]), "Tuple")["items"][number]), 1)
    if kind in ("SIMM", "JUMP"):
        return f"{signed(number, width):+d}"
    return str(number)


class WeftCode(gdb.Command):
    """weft-code EXPRESSION: the instructions of a Code, a Function or a Frame."""

    def __init__(self):
        super().__init__("weft-code", gdb.COMMAND_DATA, gdb.COMPLETE_EXPRESSION)

    def invoke(self, expression, from_tty):
        value = gdb.parse_and_eval(expression)
        address = int(value)
        kind = str(value.type.strip_typedefs().target().unqualified())
        if kind in ("Frame", "struct Frame"):
            address = int(value["code"])
        elif Layouts.name(int(shape_of(address)[0]["layout"])) == "FUNCTION":
            address = int(at(address, "Function")["code"])
        code = at(address, "Code")
        raw = code["instructions"].dereference()
        words = struct.unpack(f"<{int(raw['size']) // 4}I", read(int(raw["data"].address), int(raw["size"]) // 4 * 4))
        print(f"{string_of(int(code['qualname']))}: {int(code['register_count'])} registers")
        self.show(code, words)

    @staticmethod
    def show(code, words):
        table = Instructions.load()
        index, prefix = 0, 0
        start = 0
        while index < len(words):
            if not prefix:
                start = index
            current = words[index]
            opcode = current & 255
            index += 1
            if opcode >= len(table):
                print(f"{start:5}  unknown opcode {opcode}")
                continue
            name, a, b, c, first, second = table[opcode]
            if name == "WIDE":
                prefix = current
                continue
            low = [current >> shift & 255 for shift in (8, 16, 24)]
            high = [prefix >> shift & 255 for shift in (8, 16, 24)]
            width = 16 if prefix else 8
            operands = []
            if a != "NONE":
                operands.append(operand_text(a, low[0] | high[0] << 8, code, width))
            if b.startswith("BX"):
                number = low[1] | low[2] << 8 | high[1] << 16 | high[2] << 24
                operands.append(operand_text(b, number, code, width))
            else:
                for kind, i in ((b, 1), (c, 2)):
                    if kind != "NONE":
                        operands.append(operand_text(kind, low[i] | high[i] << 8, code, width))
            for extension in (first, second):
                if extension != "X_NONE":
                    number = words[index] if index < len(words) else 0
                    index += 1
                    if extension == "X_JUMP":
                        operands.append(f"{signed(number, 32):+d}")
                    else:
                        operands.append(f"{extension[2:].lower()} {number}")
            print(f"{start:5}  {'WIDE ' if prefix else ''}{name:24} {', '.join(operands)}")
            prefix = 0


class WeftHeap(gdb.Command):
    """weft-heap: objects and bytes by type, and the kinds of blocks."""

    def __init__(self):
        super().__init__("weft-heap", gdb.COMMAND_DATA)

    def invoke(self, argument, from_tty):
        heap = gdb.parse_and_eval("heap")
        base, frontier = int(heap["base"]), int(heap["frontier"])
        block_bytes = 1 << 15
        bitmap_bytes = symbol_type("Bitmap").sizeof
        counts, sizes, kinds = {}, {}, {}
        # There are two enums of that name, so each enumerator is asked for.
        kind_names = {int(gdb.parse_and_eval(f"(int){name}")): name for name in
                      ("BLOCK_FREE", "BLOCK_SMALL", "BLOCK_LARGE", "BLOCK_LARGE_TAIL")}
        cache = {}

        def add(shape, size):
            if shape not in cache:
                where = gdb.parse_and_eval(f"shape_region[{shape}]")
                cache[shape] = (where["type"]["name"].string() if int(where["type"])
                                else Layouts.name(int(where["layout"])).lower())
            name = cache[shape]
            counts[name] = counts.get(name, 0) + 1
            sizes[name] = sizes.get(name, 0) + size

        for number in range(frontier):
            block = heap["blocks"][number]
            kind = kind_names[int(block["kind"])]
            kinds[kind] = kinds.get(kind, 0) + 1
            if kind == "BLOCK_SMALL":
                cell = int(block["cell_bytes"])
                data = read(base + number * block_bytes, block_bytes)
                used = read(int(heap["used"][number].address), bitmap_bytes)
                for i in range(int(block["cell_count"])):
                    if not used[i >> 3] >> (i & 7) & 1:
                        continue
                    shape = struct.unpack_from("<I", data, i * cell)[0]
                    if shape:
                        add(shape, cell)
            elif kind == "BLOCK_LARGE" and int(block["reciprocal"]) == 0:
                shape = struct.unpack("<I", read(base + number * block_bytes, 4))[0]
                if shape:
                    add(shape, int(block["large_bytes"]))
        print("blocks of 32 KB:", ", ".join(f"{count} {kind[6:].lower()}" for kind, count in kinds.items()))
        print(f"{'objects':>10} {'bytes':>12}  type (the dead that were not collected yet included)")
        for name in sorted(counts, key=lambda n: -sizes[n])[:40]:
            print(f"{counts[name]:10} {sizes[name]:12}  {name}")
        print(f"{sum(counts.values()):10} {sum(sizes.values()):12}  all")


WeftPrint()
WeftFrames()
WeftCode()
WeftHeap()
