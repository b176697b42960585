// A file's bytes as part of the program. The assembler reads the file: a string literal of such a length
// would cost the compiler seconds.
#pragma once

// Defines NAME_begin and NAME_end around the bytes of the file PATH (a string literal), with a zero behind
// them. At namespace scope of one .cc file; the build must name it among what that file depends on.
#define AISLE_EMBED_FILE(NAME, PATH)                                                                         \
  __asm__(".section .rodata\n" #NAME "_begin:\n.incbin \"" PATH "\"\n" #NAME "_end:\n.byte 0\n.previous\n"); \
  extern "C" {                                                                                               \
  extern const char NAME##_begin[]; /* NOLINT(readability-identifier-naming) */                              \
  extern const char NAME##_end[];   /* NOLINT(readability-identifier-naming) */                              \
  }
