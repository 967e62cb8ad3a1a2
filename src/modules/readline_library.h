/* Editline, by its interface of GNU readline; loaded with the module readline. */
#ifndef WEFT_MODULES_READLINE_LIBRARY_H
#define WEFT_MODULES_READLINE_LIBRARY_H

#include <editline/readline.h>
#include "modules/lazy_library.h"

/* clang-format off */
#define EDITLINE_SYMBOLS(F) \
    F(rl_initialize) F(rl_parse_and_bind) F(rl_read_init_file) F(rl_bind_key) F(rl_insert) \
    F(rl_insert_text) F(rl_redisplay) F(rl_prep_terminal) F(rl_completion_matches) \
    F(rl_callback_handler_install) F(rl_callback_handler_remove) F(rl_callback_read_char) \
    F(rl_reset_after_signal) \
    F(using_history) F(add_history) F(clear_history) F(history_get) \
    F(history_get_history_state) F(read_history) F(write_history) \
    F(rl_readline_name) F(rl_instream) F(rl_outstream) F(rl_line_buffer) F(rl_catch_signals) \
    F(rl_completer_word_break_characters) F(rl_basic_word_break_characters) F(rl_attempted_completion_function) \
    F(rl_attempted_completion_over) F(rl_completion_append_character) \
    F(rl_completion_suppress_append) F(rl_completion_display_matches_hook) F(rl_completion_type) \
    F(rl_startup_hook) F(rl_pre_input_hook) F(rl_library_version) F(rl_readline_version)
/* clang-format on */

LAZY_LIBRARY_TYPE(EditlineLibrary, EDITLINE_SYMBOLS)

#endif
