#ifndef WEFT_SYNTAX_EXPLAIN_H
#define WEFT_SYNTAX_EXPLAIN_H

#include "syntax/errors.h"

/* What the second pass does to find out what is wrong: each function is called at the start of a
 * construct (and leaves the position there), looks for mistakes that are often made with it, and
 * records the error if it finds one. The caller goes on only if there is none. */

/* explain_expr.c, explain_args.c */
void explain_expression(Parser *p);
void explain_named_expression(Parser *p);
void explain_arguments(Parser *p);
void explain_keyword_argument(Parser *p);
void explain_starred_argument(Parser *p);
void explain_comprehension(Parser *p);
void explain_trailer(Parser *p);
void explain_group(Parser *p);
void explain_dict_comprehension(Parser *p);
void explain_dict_items(Parser *p);
void explain_comprehension_target(Parser *p);

/* explain_stmt.c */
void explain_assignment(Parser *p);
void explain_del(Parser *p);
void explain_import(Parser *p);
void explain_import_from_targets(Parser *p);
void explain_with_item(Parser *p);
void explain_with(Parser *p);
void explain_for_target(Parser *p);
void explain_except(Parser *p);
void explain_double_type_comment(Parser *p);
void explain_as_pattern(Parser *p);
void explain_class_pattern(Parser *p);

/* explain_params.c */
void explain_parameters(Parser *p, bool is_lambda);
void explain_star_parameter(Parser *p, bool is_lambda);
void explain_double_star_parameter(Parser *p, bool is_lambda);
void explain_type_param(Parser *p);

/* explain_fstring.c */
void explain_replacement_field(Parser *p);

#endif
