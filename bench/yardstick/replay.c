// Replays a stream of rows into a database with prepared statements: the yardstick of how fast the very rows an import
// wrote can be written on the very same SQLite. bench/rows.go writes the stream and says what it looks like.
//
//   replay DATABASE STREAM    prints "seconds cpu_seconds transactions rows"
//
// The stream is read into memory first; the clock runs from the first BEGIN to the last COMMIT.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "sqlite3-binding.h"

static sqlite3 *db;

static void die(const char *what) {
  fprintf(stderr, "%s: %s\n", what, db ? sqlite3_errmsg(db) : "");
  exit(1);
}

static void run(const char *sql) {
  if (sqlite3_exec(db, sql, 0, 0, 0) != SQLITE_OK) die(sql);
}

static sqlite3_stmt *prepared(const char *sql, int n) {
  sqlite3_stmt *s;
  if (sqlite3_prepare_v3(db, sql, n, SQLITE_PREPARE_PERSISTENT, &s, 0) != SQLITE_OK) die(sql);
  return s;
}

static void step(sqlite3_stmt *s) {
  if (sqlite3_step(s) != SQLITE_DONE) die(sqlite3_sql(s));
  sqlite3_reset(s);
}

static uint32_t u32(const unsigned char *p) {
  return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static double now(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

static unsigned char *whole(const char *path, size_t *size) {
  FILE *f = fopen(path, "rb");
  if (!f) die(path);
  fseek(f, 0, SEEK_END);
  *size = ftell(f);
  rewind(f);
  unsigned char *all = malloc(*size + 1);
  if (!all || fread(all, 1, *size, f) != *size) die(path);
  fclose(f);
  return all;
}

// bind binds one value and gives where the next one starts: 'n' | 'i' int64 | 't' length bytes | 'b' length bytes.
static const unsigned char *bind(sqlite3_stmt *s, int at, const unsigned char *p) {
  uint32_t n;
  int64_t i;
  int rc;
  switch (*p++) {
  case 'n': rc = sqlite3_bind_null(s, at); break;
  case 'i':
    memcpy(&i, p, 8);
    p += 8;
    rc = sqlite3_bind_int64(s, at, i);
    break;
  case 't':
    n = u32(p);
    rc = sqlite3_bind_text(s, at, (const char *)p + 4, n, SQLITE_STATIC);
    p += 4 + n;
    break;
  case 'b':
    n = u32(p);
    rc = sqlite3_bind_blob(s, at, p + 4, n, SQLITE_STATIC);
    p += 4 + n;
    break;
  default: rc = SQLITE_MISUSE;
  }
  if (rc != SQLITE_OK) die("binding");
  return p;
}

int main(int argc, char **argv) {
  if (argc != 3) return 2;
  size_t size;
  const unsigned char *p = whole(argv[2], &size), *end = p + size;
  if (sqlite3_open(argv[1], &db) != SQLITE_OK) die(argv[1]);
  run("PRAGMA journal_mode = WAL");
  run("PRAGMA synchronous = FULL");
  run("PRAGMA foreign_keys = 1");
  run("PRAGMA cache_size = -65536");
  run("PRAGMA secure_delete = 1");
  static sqlite3_stmt *statements[256];
  static int width[256];
  int n = *p++;
  for (int i = 1; i <= n; i++) { // 0 ends a transaction
    uint32_t length = u32(p);
    statements[i] = prepared((const char *)p + 4, length);
    width[i] = sqlite3_bind_parameter_count(statements[i]);
    p += 4 + length;
  }
  sqlite3_stmt *begin = prepared("BEGIN IMMEDIATE", -1), *commit = prepared("COMMIT", -1);
  long transactions = 0, rows = 0;
  int open = 0;
  double wall = now(CLOCK_MONOTONIC), cpu = now(CLOCK_PROCESS_CPUTIME_ID);
  while (p < end) {
    int which = *p++;
    if (which == 0) {
      step(commit);
      open = 0;
      transactions++;
      continue;
    }
    if (!open) {
      step(begin);
      open = 1;
    }
    for (int at = 1; at <= width[which]; at++) p = bind(statements[which], at, p);
    step(statements[which]);
    rows++;
  }
  if (open) die("the stream ends inside a transaction");
  wall = now(CLOCK_MONOTONIC) - wall;
  cpu = now(CLOCK_PROCESS_CPUTIME_ID) - cpu;
  printf("%f %f %ld %ld\n", wall, cpu, transactions, rows);
  for (int i = 1; i <= n; i++) sqlite3_finalize(statements[i]);
  sqlite3_finalize(begin);
  sqlite3_finalize(commit);
  return sqlite3_close(db) == SQLITE_OK ? 0 : 1;
}
