/* termios: control of terminals. */
#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "core/abstract.h"
#include "core/call.h"
#include "core/module.h"
#include "core/names.h"
#include "core/share.h"
#include "modules/system.h"
#include "types/bytes.h"
#include "types/dict.h"
#include "types/int.h"
#include "types/list.h"
#include "types/str.h"
#include "types/tuple.h"

static Value termios_error; /* class termios.error; root */

static Value raise_termios(void)
{
    const char *text = strerror(errno);
    Value e = TRY(call2(termios_error, int_small(errno), TRY(str_from_cstring(text))));
    return raise_object(e);
}

/* VMIN and VTIME are numbers where the terminal is not canonical; all others are characters. */
static Value control_characters(const struct termios *mode)
{
    Value list = TRY(list_new(NCCS));
    for (int i = 0; i < NCCS; i++) {
        bool number = !(mode->c_lflag & ICANON) && (i == VMIN || i == VTIME);
        Value v = number ? int_small(mode->c_cc[i]) : TRY(bytes_from_char(mode->c_cc[i]));
        TRY(list_append(list, v));
    }
    return list;
}

FUNCTION(termios_tcgetattr, "tcgetattr", "fd, /",
         "Get the tty attributes for file descriptor fd.\n\n"
         "Returns a list [iflag, oflag, cflag, lflag, ispeed, ospeed, cc]\n"
         "where cc is a list of the tty special characters (each a string of\n"
         "length 1, except the items with indices VMIN and VTIME, which are\n"
         "integers when these fields are defined).  The interpretation of the\n"
         "flags and the speeds as well as the indexing in the cc array must be\n"
         "done using the symbolic constants defined in this module.")
{
    struct termios mode;
    int fd = fd_from_object(args[0]), result = -1;
    if (fd < 0)
        return 0;
    BLOCKING
    {
        result = tcgetattr(fd, &mode);
    }
    if (result < 0)
        return raise_termios();
    Value items[] = {int_from(mode.c_iflag),        int_from(mode.c_oflag),
                     int_from(mode.c_cflag),        int_from(mode.c_lflag),
                     int_from(cfgetispeed(&mode)),  int_from(cfgetospeed(&mode)),
                     TRY(control_characters(&mode))};
    return list_from_values(items, COUNT_OF(items));
}

static bool set_characters(struct termios *mode, Value list)
{
    if (!is_list(list) || list_length(list) != NCCS)
        return raise(TypeError, "tcsetattr: attributes[6] must be %d element list", NCCS);
    for (int i = 0; i < NCCS; i++) {
        Value v = list_get(list, i);
        int number;
        if (v && is_bytes(v) && ((Bytes *)v)->length == 1) {
            mode->c_cc[i] = (cc_t)((Bytes *)v)->data[0];
        } else if (v && is_int_any(v)) {
            TRY(index_as_int(v, &number));
            mode->c_cc[i] = (cc_t)number;
        } else {
            return raise(TypeError, "tcsetattr: elements of attributes must be characters or "
                                    "integers");
        }
    }
    return true;
}

FUNCTION(termios_tcsetattr, "tcsetattr", "fd, when, attributes, /",
         "Set the tty attributes for file descriptor fd.\n\n"
         "The attributes to be set are taken from the attributes argument, which\n"
         "is a list like the one returned by tcgetattr(). The when argument\n"
         "determines when the attributes are changed: termios.TCSANOW to\n"
         "change immediately, termios.TCSADRAIN to change after transmitting all\n"
         "queued output, or termios.TCSAFLUSH to change after transmitting all\n"
         "queued output and discarding all queued input.")
{
    struct termios mode;
    int64_t numbers[6];
    int fd = fd_from_object(args[0]), when, result = -1;
    if (fd < 0)
        return 0;
    TRY(index_as_int(args[1], &when));
    if (!is_list(args[2]) || list_length(args[2]) != 7)
        return raise(TypeError, "tcsetattr, arg 3: must be 7 element list");
    if (tcgetattr(fd, &mode) < 0)
        return raise_termios();
    for (int i = 0; i < 6; i++) {
        Value v = list_get(args[2], i);
        TRY(index_as_int64(v ? v : None, &numbers[i]));
    }
    mode.c_iflag = (tcflag_t)numbers[0];
    mode.c_oflag = (tcflag_t)numbers[1];
    mode.c_cflag = (tcflag_t)numbers[2];
    mode.c_lflag = (tcflag_t)numbers[3];
    Value characters = list_get(args[2], 6);
    TRY(set_characters(&mode, characters ? characters : None));
    if (cfsetispeed(&mode, (speed_t)numbers[4]) < 0 || cfsetospeed(&mode, (speed_t)numbers[5]) < 0)
        return raise_termios();
    BLOCKING
    {
        result = tcsetattr(fd, when, &mode);
    }
    return result < 0 ? raise_termios() : None;
}

/* One call with a number besides the descriptor. */
static Value simple_call(Value file, Value number, int (*function)(int fd, int n))
{
    int fd = fd_from_object(file), n = 0, result = -1;
    if (fd < 0)
        return 0;
    if (number)
        TRY(index_as_int(number, &n));
    BLOCKING
    {
        result = function(fd, n);
    }
    return result < 0 ? raise_termios() : None;
}

static int drain(int fd, int unused)
{
    (void)unused;
    return tcdrain(fd);
}

FUNCTION(termios_tcsendbreak, "tcsendbreak", "fd, duration, /",
         "Send a break on file descriptor fd.\n\n"
         "A zero duration sends a break for 0.25-0.5 seconds; a nonzero duration\n"
         "has a system dependent meaning.")
{
    return simple_call(args[0], args[1], tcsendbreak);
}

FUNCTION(termios_tcdrain, "tcdrain", "fd, /",
         "Wait until all output written to file descriptor fd has been transmitted.")
{
    return simple_call(args[0], 0, drain);
}

FUNCTION(termios_tcflush, "tcflush", "fd, queue, /",
         "Discard queued data on file descriptor fd.\n\n"
         "The queue selector specifies which queue: termios.TCIFLUSH for the input\n"
         "queue, termios.TCOFLUSH for the output queue, or termios.TCIOFLUSH for\n"
         "both queues.")
{
    return simple_call(args[0], args[1], tcflush);
}

FUNCTION(termios_tcflow, "tcflow", "fd, action, /",
         "Suspend or resume input or output on file descriptor fd.\n\n"
         "The action argument can be termios.TCOOFF to suspend output,\n"
         "termios.TCOON to restart output, termios.TCIOFF to suspend input,\n"
         "or termios.TCION to restart input.")
{
    return simple_call(args[0], args[1], tcflow);
}

FUNCTION(termios_tcgetwinsize, "tcgetwinsize", "fd, /",
         "Get the tty winsize for file descriptor fd.\n\n"
         "Returns a tuple (ws_row, ws_col).")
{
    struct winsize size;
    int fd = fd_from_object(args[0]);
    if (fd < 0)
        return 0;
    if (ioctl(fd, TIOCGWINSZ, &size) < 0)
        return raise_termios();
    return tuple_of(int_small(size.ws_row), int_small(size.ws_col));
}

FUNCTION(termios_tcsetwinsize, "tcsetwinsize", "fd, winsize, /",
         "Set the tty winsize for file descriptor fd.\n\n"
         "The winsize to be set is taken from the winsize argument, which\n"
         "is a two-item tuple (ws_row, ws_col) like the one returned by tcgetwinsize().")
{
    struct winsize size;
    int fd = fd_from_object(args[0]), row, column;
    if (fd < 0)
        return 0;
    if (!is_sequence(args[1]) || object_length(args[1]) != 2) {
        error_clear();
        return raise(TypeError, "tcsetwinsize, arg 2: must be a two-item sequence");
    }
    TRY(index_as_int(TRY(sequence_item(args[1], 0)), &row));
    TRY(index_as_int(TRY(sequence_item(args[1], 1)), &column));
    if (row != (unsigned short)row || column != (unsigned short)column)
        return raise(OverflowError, "winsize value(s) out of range.");
    if (ioctl(fd, TIOCGWINSZ, &size) < 0)
        return raise_termios();
    size.ws_row = (unsigned short)row;
    size.ws_col = (unsigned short)column;
    return ioctl(fd, TIOCSWINSZ, &size) < 0 ? raise_termios() : None;
}

static const struct {
    const char *name;
    intptr_t value;
} constants[] = {
#define C(name) {#name, (intptr_t)(name)},
    C(B0) C(B50) C(B75) C(B110) C(B134) C(B150) C(B200) C(B300) C(B600) C(B1200) C(B1800) C(
        B2400) C(B4800) C(B9600) C(B19200) C(B38400) C(B57600) C(B115200) C(B230400) C(B460800)
        C(B500000) C(B576000) C(B921600) C(B1000000) C(B1152000) C(B1500000) C(B2000000) C(
            B2500000) C(B3000000) C(B3500000) C(B4000000) C(CBAUDEX) C(CSIZE) C(CSTOPB) C(CREAD)
            C(PARENB) C(PARODD) C(HUPCL) C(CLOCAL) C(CS5) C(CS6) C(CS7) C(CS8) C(CRTSCTS) C(
                CBAUD) C(CIBAUD) C(TCSANOW) C(TCSADRAIN) C(TCSAFLUSH) C(TCIFLUSH) C(TCOFLUSH)
                C(TCIOFLUSH) C(TCOOFF) C(TCOON) C(TCIOFF) C(TCION) C(IGNBRK) C(BRKINT) C(IGNPAR) C(
                    PARMRK) C(INPCK) C(ISTRIP) C(INLCR) C(IGNCR) C(ICRNL) C(IUCLC) C(IXON)
                    C(IXANY) C(IXOFF) C(IMAXBEL) C(IUTF8) C(OPOST) C(OLCUC) C(
                        ONLCR) C(OCRNL) C(ONOCR) C(ONLRET) C(OFILL) C(OFDEL) C(NLDLY) C(CRDLY) C(TABDLY)
                        C(BSDLY) C(VTDLY) C(FFDLY) C(NL0) C(NL1) C(CR0) C(CR1) C(CR2) C(
                            CR3) C(TAB0) C(TAB1) C(TAB2) C(TAB3) C(BS0) C(BS1) C(VT0) C(VT1) C(FF0)
                            C(FF1) C(ISIG) C(ICANON) C(XCASE) C(ECHO) C(ECHOE) C(ECHOK) C(ECHONL) C(
                                NOFLSH) C(ECHOCTL)
                                C(ECHOPRT) C(ECHOKE) C(FLUSHO) C(TOSTOP) C(PENDIN) C(
                                    IEXTEN) C(EXTPROC) C(XTABS) C(VINTR) C(VQUIT) C(VERASE)
                                    C(VKILL) C(VEOF) C(VTIME) C(VMIN) C(VSWTC) C(VSTART) C(VSTOP) C(
                                        VSUSP) C(VEOL) C(VREPRINT) C(VDISCARD) C(VWERASE) C(VLNEXT)
                                        C(VEOL2) C(NCCS) C(TCGETA) C(TCGETS) C(TCSBRK) C(TCSBRKP) C(TCSETA) C(
                                            TCSETAF) C(TCSETAW) C(TCSETS) C(TCSETSF)
                                            C(TCSETSW) C(TCXONC) C(TCFLSH) C(TIOCCONS) C(TIOCEXCL) C(TIOCGETD) C(
                                                TIOCGICOUNT) C(TIOCGLCKTRMIOS) C(TIOCGPGRP)
                                                C(TIOCGSERIAL) C(TIOCGSOFTCAR) C(TIOCGWINSZ) C(TIOCINQ) C(
                                                    TIOCLINUX) C(TIOCMBIC) C(TIOCMBIS) C(TIOCMGET)
                                                    C(TIOCMIWAIT) C(TIOCMSET) C(
                                                        TIOCNOTTY) C(TIOCNXCL) C(TIOCOUTQ) C(TIOCPKT)
                                                        C(TIOCSCTTY) C(TIOCSERCONFIG) C(TIOCSERGETLSR) C(
                                                            TIOCSERGETMULTI) C(TIOCSERGSTRUCT) C(TIOCSERGWILD)
                                                            C(TIOCSERSETMULTI) C(TIOCSERSWILD) C(
                                                                TIOCSER_TEMT) C(TIOCSETD)
                                                                C(TIOCSLCKTRMIOS) C(TIOCSPGRP) C(
                                                                    TIOCSSERIAL) C(TIOCSSOFTCAR) C(TIOCSTI)
                                                                    C(TIOCSWINSZ) C(FIOASYNC) C(FIOCLEX) C(
                                                                        FIONBIO) C(FIONCLEX) C(FIONREAD) C(TIOCPKT_DATA)
                                                                        C(TIOCPKT_DOSTOP) C(
                                                                            TIOCPKT_FLUSHREAD) C(TIOCPKT_FLUSHWRITE)
                                                                            C(TIOCPKT_NOSTOP) C(
                                                                                TIOCPKT_START) C(TIOCPKT_STOP)
                                                                                C(TIOCM_CAR) C(TIOCM_CD) C(
                                                                                    TIOCM_CTS) C(TIOCM_DSR)
                                                                                    C(TIOCM_DTR) C(
                                                                                        TIOCM_LE) C(TIOCM_RI)
                                                                                        C(TIOCM_RNG) C(
                                                                                            TIOCM_RTS)
                                                                                            C(TIOCM_SR)
                                                                                                C(TIOCM_ST)
#undef C
};

static bool make_error(void)
{
    if (termios_error)
        return true;
    gc_add_root(&termios_error, 1);
    Value bases = TRY(tuple_of((Value)Exception)), dict = TRY(dict_new());
    TRY(dict_set(dict, names.__module__, TRY(str_from_cstring("termios"))));
    Value cls =
        TRY(type_new_class(&type_type, TRY(str_intern_cstring("error")), bases, dict, 0, 0, 0));
    root_store(&termios_error, cls);
    return true;
}

static bool execute(Value module)
{
    TRY(make_error());
    for (size_t i = 0; i < COUNT_OF(constants); i++)
        TRY(module_add_int(module, constants[i].name, constants[i].value));
    return module_add(module, "error", termios_error);
}

static MethodDef *const functions[] = {
    M(termios_tcgetattr),    M(termios_tcsetattr),    M(termios_tcsendbreak),
    M(termios_tcdrain),      M(termios_tcflush),      M(termios_tcflow),
    M(termios_tcgetwinsize), M(termios_tcsetwinsize), 0};

const ModuleDef module_termios = {
    "termios",
    "This module provides an interface to the Posix calls for tty I/O control.\n\n"
    "For a complete description of these calls, see the Posix or Unix manual\n"
    "pages. It is only available for those Unix versions that support Posix\n"
    "termios style tty I/O control (and then only if configured at installation\n"
    "time).\n\n"
    "All functions in this module take a file descriptor fd as their first\n"
    "argument. This can be an integer file descriptor, such as returned by\n"
    "sys.stdin.fileno(), or a file object, such as sys.stdin itself.",
    functions,
    execute,
};
