/* Where charsets of iconv differ from those that Python names so: the ends of standards that leave
 * a choice (Big5, yen and overline), characters that a later edition of a standard moved (GB 18030,
 * JIS X 0213), and additions of the C library. Codes are those of glibc 2.36; as each entry says
 * what is wanted, and not what is different, later versions come to the same. */
#ifndef WEFT_MODULES_CJK_DIFFERENCES_H
#define WEFT_MODULES_CJK_DIFFERENCES_H

#include "modules/cjk/charset.h"

static const Run gbk_runs[] = {{0x8080, 1, 0}, {0}};
static const Run gb18030_runs[] = {{0xa6d9, 7, 0xe78d}, {0xa6ec, 2, 0xe794},
                                   {0xa6f3, 1, 0xe796}, {0xa8bc, 1, 0xe7c7},
                                   {0xfe51, 3, 0xe816}, {0xfe59, 1, 0xe81e},
                                   {0xfe61, 1, 0xe826}, {0xfe66, 2, 0xe82b},
                                   {0xfe6c, 2, 0xe831}, {0xfe76, 1, 0xe83b},
                                   {0xfe7e, 1, 0xe843}, {0xfe90, 2, 0xe854},
                                   {0xfea0, 1, 0xe864}, {0}};
static const Single gb18030_singles[] = {
    {0x1e3f, 0x8135f437}, {0x9fb4, 0x82359037}, {0x9fb5, 0x82359038}, {0x9fb6, 0x82359039},
    {0x9fb7, 0x82359130}, {0x9fb8, 0x82359131}, {0x9fb9, 0x82359132}, {0x9fba, 0x82359133},
    {0x9fbb, 0x82359134}, {0xfe10, 0x84318236}, {0xfe11, 0x84318237}, {0xfe12, 0x84318238},
    {0xfe13, 0x84318239}, {0xfe14, 0x84318330}, {0xfe15, 0x84318331}, {0xfe16, 0x84318332},
    {0xfe17, 0x84318333}, {0xfe18, 0x84318334}, {0xfe19, 0x84318335}, {0}};
static const Run big5_runs[] = {{0xa145, 1, 0x2022},
                                {0xa14e, 1, 0xff64},
                                {0xa1c2, 1, 0x203e},
                                {0xa1e3, 1, 0x223c},
                                {0xa1f2, 1, 0x2641},
                                {0xa1f3, 1, 0x2609},
                                {0xa241, 1, 0xff0f},
                                {0xa242, 1, 0xff3c},
                                {0xa244, 1, 0xa5},
                                {0xa246, 2, 0xa2},
                                {0xa3e1, 1, 0},
                                {0xc6a1, 1, 0x30fe},
                                {0xc6a2, 2, 0x309d},
                                {0xc6a4, 1, 0x3005},
                                {0xc6a5, 83, 0x3041},
                                {0xc6f8, 7, 0x30a1},
                                {0xc740, 63, 0x30a8},
                                {0xc7a1, 16, 0x30e7},
                                {0xc7b1, 2, 0x414},
                                {0xc7b3, 1, 0x401},
                                {0xc7b4, 7, 0x416},
                                {0xc7bb, 19, 0x423},
                                {0xc7ce, 1, 0x451},
                                {0xc7cf, 26, 0x436},
                                {0xc7e9, 10, 0x2460},
                                {0xc7f3, 10, 0x2474},
                                {0xc7fd, 2, 0},
                                {0xc840, 63, 0},
                                {0xc8a1, 94, 0},
                                {0xf9d6, 41, 0},
                                {0}};
static const Run cp950_runs[] = {{0xc6a1, 1, 0x30fe},
                                 {0xc6a2, 2, 0x309d},
                                 {0xc6a4, 1, 0x3005},
                                 {0xc6a5, 83, 0x3041},
                                 {0xc6f8, 7, 0x30a1},
                                 {0xc740, 63, 0x30a8},
                                 {0xc7a1, 16, 0x30e7},
                                 {0xc7b1, 2, 0x414},
                                 {0xc7b3, 1, 0x401},
                                 {0xc7b4, 7, 0x416},
                                 {0xc7bb, 19, 0x423},
                                 {0xc7ce, 1, 0x451},
                                 {0xc7cf, 26, 0x436},
                                 {0xc7e9, 10, 0x2460},
                                 {0xc7f3, 10, 0x2474},
                                 {0xc7fd, 2, 0},
                                 {0xc840, 63, 0},
                                 {0xc8a1, 94, 0},
                                 {0}};
static const Single cp950_singles[] = {
    {0xa2, 0xa246},   {0xa3, 0xa247},   {0xa5, 0xa244},   {0x2022, 0xa145}, {0x203e, 0xa1c2},
    {0x223c, 0xa1e3}, {0x2609, 0xa1f3}, {0x2641, 0xa1f2}, {0xff64, 0xa14e}, {0}};
static const Run big5hkscs_runs[] = {{0x877a, 5, 0},      {0x87a1, 63, 0},
                                     {0xa15a, 1, 0x2574}, {0xa1c3, 1, 0xffe3},
                                     {0xa1c5, 1, 0x2cd},  {0xa1fe, 1, 0xff0f},
                                     {0xa240, 1, 0xff3c}, {0xa2cc, 1, 0x5341},
                                     {0xa2ce, 1, 0x5345}, {0}};
static const Single big5hkscs_singles[] = {
    {0x5341, 0xa451}, {0x5345, 0xa4ca}, {0xff0f, 0xa241}, {0xff3c, 0xa242}, {0}};
static const Run euc_kr_runs[] = {{0xa2e8, 1, 0}, {0xa4d4, 1, 0}, {0}};
static const Single euc_kr_singles[] = {{0x20a9, 0x0}, {0x3164, 0xa4d4}, {0}};
static const Run johab_runs[] = {{0x8441, 1, 0x3000},
                                 {0x8442, 2, 0x3131},
                                 {0x8445, 1, 0x3134},
                                 {0x8448, 1, 0x3137},
                                 {0x8449, 1, 0x3139},
                                 {0x8451, 1, 0x3141},
                                 {0x8453, 1, 0x3142},
                                 {0x8455, 4, 0x3145},
                                 {0x8459, 5, 0x314a},
                                 {0xd9e8, 1, 0},
                                 {0}};
static const Single johab_singles[] = {{0x20a9, 0x0},
                                       {0x3000, 0xd931},
                                       {0x3131, 0x8841},
                                       {0x3132, 0x8c41},
                                       {0x3134, 0x9041},
                                       {0x3137, 0x9441},
                                       {0x3139, 0x9c41},
                                       {0x3141, 0xa041},
                                       {0x3142, 0xa441},
                                       {0x3145, 0xac41},
                                       {0x3146, 0xb041},
                                       {0x3147, 0xb441},
                                       {0x3148, 0xb841},
                                       {0x314a, 0xc041},
                                       {0x314b, 0xc441},
                                       {0x314c, 0xc841},
                                       {0x314d, 0xcc41},
                                       {0x314e, 0xd041},
                                       {0}};
static const Run euc_jp_runs[] = {{0x8fa2b7, 1, 0x7e}, {0}};
static const Single shift_jis_singles[] = {{0xffe0, 0x0}, {0xffe1, 0x0}, {0xffe2, 0x0}, {0}};
static const Single cp932_singles[] = {{0x80, 0x80},   {0xa5, 0x0},    {0x2014, 0x0},
                                       {0x203e, 0x0},  {0xf8f0, 0xa0}, {0xf8f1, 0xfd},
                                       {0xf8f2, 0xfe}, {0xf8f3, 0xff}, {0}};
static const Run euc_jisx0213_runs[] = {
    {0xa1bd, 1, 0x2015}, {0xa2d6, 2, 0x2985}, {0xaea1, 1, 0}, {0xaffe, 1, 0},        {0xcfd4, 1, 0},
    {0xcffe, 1, 0},      {0xf4a7, 1, 0},      {0xfefa, 5, 0}, {0x8ffdbb, 1, 0x9b1d}, {0}};
static const Run euc_jis_2004_runs[] = {{0xa1bd, 1, 0x2015}, {0xa2d6, 2, 0x2985}, {0}};
static const Run shift_jisx0213_runs[] = {
    {0x815c, 1, 0x2015}, {0x815f, 1, 0x5c}, {0x81b0, 1, 0x7e},   {0x81d4, 2, 0x2985},
    {0x879f, 1, 0},      {0x889e, 1, 0},    {0x9873, 1, 0},      {0x989e, 1, 0},
    {0xeaa5, 1, 0},      {0xeff8, 5, 0},    {0xfc5a, 1, 0x9b1d}, {0}};
static const Single shift_jisx0213_singles[] = {{0x5c, 0x815f}, {0x7e, 0x81b0}, {0}};
static const Run shift_jis_2004_runs[] = {
    {0x815c, 1, 0x2015}, {0x815f, 1, 0x5c}, {0x81b0, 1, 0x7e}, {0x81d4, 2, 0x2985}, {0}};
static const Single shift_jis_2004_singles[] = {{0x5c, 0x815f}, {0x7e, 0x81b0}, {0}};

#endif
