// What direct.go asks of C: see direct.c.
#ifndef TRADEPOST_DIRECT_H
#define TRADEPOST_DIRECT_H

#include <stddef.h>
#include <stdint.h>

typedef struct direct_conn direct_conn;

// What one step of a program gave: the first column of its first row, else the id of the row that was inserted last; how
// many rows it changed; and of what kind that column is (SQLite's numbers), 0 when there was no row.
typedef struct {
  int64_t number;
  int64_t changed;
  int64_t kind;
} direct_result;

// What becomes of a program that SQLite did not refuse, but that is none.
enum { DIRECT_BAD = -1 };

enum { DIRECT_INTEGER = 1 }; // the kind of a whole number

int direct_register(void);
direct_conn *direct_open(uintptr_t handle);
int direct_prepare(direct_conn *c, const char *sql, int size, int *number, int *places);
int direct_run(direct_conn *c, const unsigned char *code, size_t size, direct_result *results, int room, int *failed);
const char *direct_message(direct_conn *c);
void direct_close(direct_conn *c);

#endif
