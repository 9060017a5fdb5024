// Runs many prepared statements in one crossing from Go: direct.go writes a program of statements with their values, and
// direct_run binds and steps one after the other. The functions of SQLite are those that the driver has linked into this
// very program; what is declared here is SQLite's public interface (https://sqlite.org/c3ref/intro.html).
#include "direct.h"

#include <stdlib.h>
#include <string.h>

typedef struct sqlite3 sqlite3;
typedef struct sqlite3_stmt sqlite3_stmt;
typedef struct sqlite3_context sqlite3_context;
typedef struct sqlite3_value sqlite3_value;

enum { OK = 0, ERROR = 1, NOMEM = 7, ROW = 100, DONE = 101 };
enum { UTF8 = 1, PERSISTENT = 1, DIRECT_ONLY = 0x80000, CONFIG_MEMSTATUS = 9, STABLE_PLANS = 1007 };

extern int sqlite3_config(int, ...);
extern int sqlite3_db_config(sqlite3 *, int, ...);
extern int sqlite3_auto_extension(void (*entry)(void));
extern int sqlite3_create_function_v2(sqlite3 *, const char *name, int arguments, int flags, void *app,
    void (*function)(sqlite3_context *, int, sqlite3_value **), void (*step)(sqlite3_context *, int, sqlite3_value **),
    void (*final)(sqlite3_context *), void (*destroy)(void *));
extern sqlite3 *sqlite3_context_db_handle(sqlite3_context *);
extern void sqlite3_result_int64(sqlite3_context *, long long);
extern int sqlite3_prepare_v3(sqlite3 *, const char *sql, int size, unsigned flags, sqlite3_stmt **, const char **tail);
extern int sqlite3_bind_parameter_count(sqlite3_stmt *);
extern int sqlite3_bind_null(sqlite3_stmt *, int);
extern int sqlite3_bind_int64(sqlite3_stmt *, int, long long);
extern int sqlite3_bind_double(sqlite3_stmt *, int, double);
extern int sqlite3_bind_text64(sqlite3_stmt *, int, const char *, unsigned long long size, void (*)(void *), unsigned char encoding);
extern int sqlite3_bind_blob64(sqlite3_stmt *, int, const void *, unsigned long long size, void (*)(void *));
extern int sqlite3_clear_bindings(sqlite3_stmt *);
extern int sqlite3_step(sqlite3_stmt *);
extern int sqlite3_reset(sqlite3_stmt *);
extern int sqlite3_finalize(sqlite3_stmt *);
extern int sqlite3_column_count(sqlite3_stmt *);
extern int sqlite3_column_type(sqlite3_stmt *, int);
extern long long sqlite3_column_int64(sqlite3_stmt *, int);
extern long long sqlite3_last_insert_rowid(sqlite3 *);
extern int sqlite3_changes(sqlite3 *);
extern const char *sqlite3_errmsg(sqlite3 *);
extern int sqlite3_extended_errcode(sqlite3 *);

typedef struct {
  sqlite3_stmt *prepared;
  int places;
} statement;

struct direct_conn {
  sqlite3 *db;
  statement *statements;
  int count, room;
  char message[500];
};

// A connection says where it lies, to those who ask it in SQL: the driver keeps that to itself.
static void handle(sqlite3_context *context, int n, sqlite3_value **values) {
  (void)n;
  (void)values;
  sqlite3_result_int64(context, (long long)(uintptr_t)sqlite3_context_db_handle(context));
}

static int opened(sqlite3 *db, const char **message, const void *api) {
  (void)message;
  (void)api;
  return sqlite3_create_function_v2(db, "direct_handle", 0, UTF8 | DIRECT_ONLY, 0, handle, 0, 0, 0);
}

// direct_register lets every connection that is opened from now on know direct_handle(). It also has SQLite count no memory:
// that took a lock, shared by all connections, for every piece of it, and a page waits when its holder loses its processor.
int direct_register(void) {
  int code = sqlite3_config(CONFIG_MEMSTATUS, 0);
  return code != OK ? code : sqlite3_auto_extension((void (*)(void))opened);
}

// direct_open also has the connection's plans depend on no value. Else SQLite prepares a statement anew, whenever its values were cleared, if one of them could
// be of some use to the plan, which of a look-up by an id none is: that took several times as long as the look-up.
direct_conn *direct_open(uintptr_t at) {
  direct_conn *c = calloc(1, sizeof *c);
  if (!c) return 0;
  c->db = (sqlite3 *)at;
  sqlite3_db_config(c->db, STABLE_PLANS, 1, (int *)0);
  return c;
}

static int tell(direct_conn *c, int code, const char *words) {
  strncpy(c->message, words, sizeof c->message - 1);
  return code;
}

static int refused(direct_conn *c) {
  int code = sqlite3_extended_errcode(c->db);
  return tell(c, code == OK || code == ROW || code == DONE ? ERROR : code, sqlite3_errmsg(c->db));
}

const char *direct_message(direct_conn *c) { return c->message; }

// direct_prepare prepares the next statement and gives its number, counted from 0.
int direct_prepare(direct_conn *c, const char *sql, int size, int *number, int *places) {
  if (c->count == c->room) {
    int room = c->room ? 2 * c->room : 64;
    statement *more = realloc(c->statements, room * sizeof *more);
    if (!more) return tell(c, NOMEM, "out of memory");
    c->statements = more;
    c->room = room;
  }
  statement *s = &c->statements[c->count];
  const char *tail = 0;
  if (sqlite3_prepare_v3(c->db, sql, size, PERSISTENT, &s->prepared, &tail) != OK) return refused(c);
  if (!s->prepared) return tell(c, DIRECT_BAD, "there is no statement in the text");
  *places = s->places = sqlite3_bind_parameter_count(s->prepared);
  *number = c->count++;
  return OK;
}

// A program is read from at to end; nothing behind end is touched, whatever the program says.
typedef struct {
  direct_conn *c;
  const unsigned char *at, *end;
  direct_result *results;
  int done; // steps that are behind us
} reader;

static int bad(reader *r, const char *words) { return tell(r->c, DIRECT_BAD, words); }

static int take(reader *r, void *into, size_t size) {
  if ((size_t)(r->end - r->at) < size) return bad(r, "the program ends too early");
  memcpy(into, r->at, size);
  r->at += size;
  return OK;
}

// earlier reads the number of a step that is behind us.
static int earlier(reader *r, const direct_result **result) {
  uint32_t step;
  if (take(r, &step, sizeof step)) return DIRECT_BAD;
  if (step >= (uint32_t)r->done) return bad(r, "a step refers to a later one");
  *result = &r->results[step];
  return OK;
}

// bytes reads the size of a text or blob, and gives where its bytes lie in the program.
static int bytes(reader *r, const void **at, uint32_t *size) {
  if (take(r, size, sizeof *size)) return DIRECT_BAD;
  if ((size_t)(r->end - r->at) < *size) return bad(r, "a value is longer than its program");
  *at = r->at;
  r->at += *size;
  return OK;
}

// bind binds the next value: n | i int64 | f double | t size bytes | b size bytes | r step, whose number it is. Texts and
// blobs stay where they are: the program outlives the step, and the step ends by clearing what was bound.
static int bind(reader *r, sqlite3_stmt *s, int place) {
  unsigned char kind;
  int64_t number;
  double real;
  uint32_t size;
  const void *at;
  const direct_result *result;
  int code;
  if (take(r, &kind, 1)) return DIRECT_BAD;
  switch (kind) {
  case 'n': code = sqlite3_bind_null(s, place); break;
  case 'i':
    if (take(r, &number, sizeof number)) return DIRECT_BAD;
    code = sqlite3_bind_int64(s, place, number);
    break;
  case 'f':
    if (take(r, &real, sizeof real)) return DIRECT_BAD;
    code = sqlite3_bind_double(s, place, real);
    break;
  case 't':
    if (bytes(r, &at, &size)) return DIRECT_BAD;
    code = sqlite3_bind_text64(s, place, at, size, 0, UTF8);
    break;
  case 'b':
    if (bytes(r, &at, &size)) return DIRECT_BAD;
    code = sqlite3_bind_blob64(s, place, at, size, 0);
    break;
  case 'r':
    if (earlier(r, &result)) return DIRECT_BAD;
    code = sqlite3_bind_int64(s, place, result->number);
    break;
  default: return bad(r, "a value is missing, or of no known kind");
  }
  return code == OK ? OK : refused(r->c);
}

// step runs a statement that has its values, to its end.
static int step(reader *r, sqlite3_stmt *s, direct_result *result) {
  int code = sqlite3_step(s);
  result->kind = 0;
  if (code == ROW) {
    result->kind = sqlite3_column_type(s, 0);
    result->number = sqlite3_column_int64(s, 0);
    do code = sqlite3_step(s);
    while (code == ROW);
  } else {
    result->number = sqlite3_last_insert_rowid(r->c->db);
  }
  result->changed = sqlite3_changes(r->c->db);
  return code == DONE ? OK : refused(r->c);
}

// one runs the next step: x | u and the step that spares it when that gave a row; then the statement and its values.
static int one(reader *r) {
  unsigned char kind;
  uint32_t number;
  const direct_result *before = 0;
  if (take(r, &kind, 1)) return DIRECT_BAD;
  if (kind != 'x' && kind != 'u') return bad(r, "there is no such step, or a value too many");
  if (kind == 'u' && earlier(r, &before)) return DIRECT_BAD;
  if (take(r, &number, sizeof number)) return DIRECT_BAD;
  if (number >= (uint32_t)r->c->count) return bad(r, "there is no such statement");
  statement *s = &r->c->statements[number];
  int code = OK;
  for (int place = 1; place <= s->places && code == OK; place++) code = bind(r, s->prepared, place);
  if (code == OK && before && before->kind) {
    r->results[r->done] = *before;
  } else if (code == OK) {
    code = step(r, s->prepared, &r->results[r->done]);
  }
  sqlite3_reset(s->prepared);
  sqlite3_clear_bindings(s->prepared);
  return code;
}

// direct_run runs a program. On an error it stops: *failed is the step, and what the steps before did stays done, for the
// caller to take back.
int direct_run(direct_conn *c, const unsigned char *code, size_t size, direct_result *results, int room, int *failed) {
  reader r = {c, code, code + size, results, 0};
  for (; r.at < r.end; r.done++) {
    *failed = r.done;
    if (r.done == room) return bad(&r, "the program has more steps than it says");
    int result = one(&r);
    if (result != OK) return result;
  }
  return OK;
}

void direct_close(direct_conn *c) {
  for (int i = 0; i < c->count; i++) sqlite3_finalize(c->statements[i].prepared);
  free(c->statements);
  free(c);
}
