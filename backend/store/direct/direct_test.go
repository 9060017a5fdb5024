package direct

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/mattn/go-sqlite3"
)

// connected opens a database in memory, and gives its connection both ways.
func connected(t testing.TB) (*sql.Conn, *Conn) {
	t.Helper()
	db, err := sql.Open("sqlite3", ":memory:?_foreign_keys=1")
	must(t, err)
	t.Cleanup(func() { _ = db.Close() })
	conn, err := db.Conn(context.Background())
	must(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	c, err := Of(context.Background(), conn)
	must(t, err)
	t.Cleanup(c.Close)
	return conn, c
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func prepared(t testing.TB, c *Conn, query string) *Statement {
	t.Helper()
	s, err := c.Prepare(query)
	must(t, err)
	return s
}

func run(t testing.TB, c *Conn, query string) {
	t.Helper()
	p := &Program{}
	p.Run(prepared(t, c, query))
	must(t, c.Do(p))
}

func text(t testing.TB, conn *sql.Conn, query string) (said string) {
	t.Helper()
	must(t, conn.QueryRowContext(context.Background(), query).Scan(&said))
	return said
}

// Every value arrives as it was given, of the type it was given in, and empty is not NULL.
func TestValuesArriveExactly(t *testing.T) {
	conn, c := connected(t)
	run(t, c, `CREATE TABLE v (a)`)
	insert := prepared(t, c, `INSERT INTO v (a) VALUES (?)`)
	long := strings.Repeat("long ", 1_000_000)
	for _, value := range []struct {
		add  func(*Program)
		want string
	}{
		{func(p *Program) { p.Null() }, "null NULL"},
		{func(p *Program) { p.Text("") }, "text ''"},
		{func(p *Program) { p.Text("it's ü 汉 \U0001F600") }, "text 'it''s ü 汉 \U0001F600'"},
		{func(p *Program) { p.Text(long) }, "text '" + long + "'"},
		{func(p *Program) { p.Text("12") }, "text '12'"},
		{func(p *Program) { p.Blob(nil) }, "null NULL"},
		{func(p *Program) { p.Blob([]byte{}) }, "blob X''"},
		{func(p *Program) { p.Blob([]byte{0, 255, 'x', 0}) }, "blob X'00FF7800'"},
		{func(p *Program) { p.Int(math.MaxInt64) }, "integer 9223372036854775807"},
		{func(p *Program) { p.Int(math.MinInt64) }, "integer -9223372036854775808"},
		{func(p *Program) { p.Int(0) }, "integer 0"},
		{func(p *Program) { p.Int(-1) }, "integer -1"},
		{func(p *Program) { p.Bool(true) }, "integer 1"},
		{func(p *Program) { p.Bool(false) }, "integer 0"},
		{func(p *Program) { p.Float(-0.5) }, "real -0.5"},
		{func(p *Program) { p.Float(math.Inf(1)) }, "real 9.0e+999"},
		{func(p *Program) { p.Float(math.NaN()) }, "null NULL"},
	} {
		run(t, c, `DELETE FROM v`)
		p := &Program{}
		p.Run(insert)
		value.add(p)
		must(t, c.Do(p))
		if got := text(t, conn, `SELECT typeof(a) || ' ' || quote(a) FROM v`); got != value.want {
			t.Errorf("%.80s instead of %.80s", got, value.want)
		}
	}
	// a text with a zero in it stays whole
	p := &Program{}
	p.Run(prepared(t, c, `SELECT length(CAST(? AS BLOB))`))
	p.Text("a\x00b")
	must(t, c.Do(p))
	if p.Number(0) != 3 {
		t.Errorf("a text with a zero in it is %d long", p.Number(0))
	}
}

// What a program gives does not hang on values that were bound before, nor on the memory they lay in.
func TestNothingStaysBound(t *testing.T) {
	_, c := connected(t)
	s := prepared(t, c, `SELECT ? IS NULL, ?`)
	for n := range 1000 {
		p := &Program{}
		p.Run(s)
		p.Text(strings.Repeat("x", n))
		p.Text("y")
		p.Run(s)
		p.Null()
		p.Null()
		must(t, c.Do(p))
		if p.Number(0) != 0 || p.Number(1) != 1 {
			t.Fatalf("%d, %d", p.Number(0), p.Number(1))
		}
	}
}

func TestStepsReferToEarlierOnes(t *testing.T) {
	conn, c := connected(t)
	run(t, c, `CREATE TABLE owner (id INTEGER PRIMARY KEY, name TEXT UNIQUE)`)
	run(t, c, `CREATE TABLE thing (owner INTEGER REFERENCES owner (id))`)
	find, insert := prepared(t, c, `SELECT id FROM owner WHERE name = ?`), prepared(t, c, `INSERT INTO owner (name) VALUES (?)`)
	thing := prepared(t, c, `INSERT INTO thing (owner) VALUES (?)`)
	all := &Program{}
	give := func(name string) (step Step) {
		known := all.Run(find)
		all.Text(name)
		step = all.RunUnless(known, insert)
		all.Text(name)
		all.Run(thing)
		all.Of(step)
		return step
	}
	ann, ben, again := give("ann"), give("ben"), give("ann")
	must(t, c.Do(all))
	if all.Number(ann) != 1 || all.Number(ben) != 2 || all.Number(again) != 1 {
		t.Errorf("%d, %d, %d", all.Number(ann), all.Number(ben), all.Number(again))
	}
	if got := text(t, conn, `SELECT group_concat(owner) || ' of ' || (SELECT count(*) FROM owner) FROM thing`); got != "1,2,1 of 2" {
		t.Error(got)
	}
	found, err := all.Row(ann)
	if found || err != nil {
		t.Errorf("an inserted one was found: %v, %v", found, err)
	}
	if found, err := all.Row(again); !found || err != nil {
		t.Errorf("a known one was not found: %v, %v", found, err)
	}
	change := &Program{}
	change.Run(prepared(t, c, `UPDATE thing SET owner = 2 WHERE owner = ?`))
	change.Int(1)
	change.Run(prepared(t, c, `SELECT name FROM owner`))
	must(t, c.Do(change))
	if change.Changed(0) != 2 {
		t.Errorf("%d rows changed", change.Changed(0))
	}
	if _, err := change.Row(1); err == nil {
		t.Error("a name was read as a number")
	}
}

// An error is SQLite's own with the driver's codes and the statement that failed; what came before is there until it is
// rolled back, and the connection goes on to work.
func TestErrorsOfStatements(t *testing.T) {
	conn, c := connected(t)
	run(t, c, `CREATE TABLE v (a INTEGER PRIMARY KEY, b TEXT NOT NULL, c INTEGER REFERENCES v (a))`)
	insert := prepared(t, c, `INSERT INTO v (a, b, c) VALUES (?, ?, ?)`)
	add := func(p *Program, a int64, b *string, ref int64) {
		p.Run(insert)
		p.Int(a)
		if b == nil {
			p.Null()
		} else {
			p.Text(*b)
		}
		p.Int(ref)
	}
	there := ""
	for name, one := range map[string]struct {
		a    int64
		b    *string
		ref  int64
		want sqlite3.ErrNoExtended
		says string
	}{
		"twice":    {1, &there, 1, sqlite3.ErrConstraintPrimaryKey, "UNIQUE constraint failed: v.a"},
		"missing":  {2, nil, 1, sqlite3.ErrConstraintNotNull, "NOT NULL constraint failed: v.b"},
		"dangling": {3, &there, 77, sqlite3.ErrConstraintForeignKey, "FOREIGN KEY constraint failed"},
	} {
		run(t, c, `BEGIN IMMEDIATE`)
		p := &Program{}
		add(p, 1, &there, 1)
		add(p, one.a, one.b, one.ref)
		err := c.Do(p)
		var trouble sqlite3.Error
		if !errors.As(err, &trouble) || trouble.Code != sqlite3.ErrConstraint || trouble.ExtendedCode != one.want ||
			!strings.Contains(err.Error(), one.says) || !strings.Contains(err.Error(), "INSERT INTO v") {
			t.Errorf("%s: %v (%d)", name, err, trouble.ExtendedCode)
		}
		if got := text(t, conn, `SELECT count(*) FROM v`); got != "1" {
			t.Errorf("%s: %s rows before it is rolled back", name, got)
		}
		run(t, c, `ROLLBACK`)
		if got := text(t, conn, `SELECT count(*) FROM v`); got != "0" {
			t.Errorf("%s: %s rows after it was rolled back", name, got)
		}
	}
	for _, query := range []string{"", "   ", "-- nothing", "SELEC 1", "SELECT nothing", "INSERT INTO w VALUES (1)"} {
		if _, err := c.Prepare(query); err == nil {
			t.Errorf("%q was prepared", query)
		}
	}
}

// A program that is none is refused in words, and nothing behind its end is touched.
func TestBadProgramsAreRefused(t *testing.T) {
	_, c := connected(t)
	s := prepared(t, c, `SELECT ?, ?`)
	number := func(n uint32) string { return string(binary.NativeEndian.AppendUint32(nil, n)) }
	good := "x" + number(s.number)
	for name, code := range map[string]string{
		"no step": "q" + number(s.number), "step cut short": "x\x00", "no such statement": "x" + number(99) + "nn", "statement far away": "x" + number(math.MaxUint32),
		"no values": good, "one value of two": good + "n", "a step for a value": good + "n" + good, "value too many": good + "nnn",
		"kind unknown": good + "nz", "number cut short": good + "ni\x01\x02", "real cut short": good + "nf\x01", "size cut short": good + "nt\x01",
		"text longer than all": good + "nt" + number(5) + "four", "size of everything": good + "nb" + number(math.MaxUint32) + "x",
		"own result": good + "nr" + number(0), "later result": good + "nr" + number(7), "far result": good + "nr" + number(math.MaxUint32),
		"spared by itself": "u" + number(0) + number(s.number) + "nn", "spared by a later one": "u" + number(3) + number(s.number) + "nn",
		"more steps than said": good + "nn" + good + "nn" + good + "nn",
	} {
		p := &Program{code: []byte(code), steps: []*Statement{s, s}}
		err := c.Do(p)
		if err == nil {
			t.Errorf("%s: it ran", name)
			continue
		}
		var trouble sqlite3.Error
		if errors.As(err, &trouble) {
			t.Errorf("%s: SQLite was asked: %v", name, err)
		}
	}
	p := &Program{}
	p.Run(s)
	p.Int(4)
	p.Int(5)
	must(t, c.Do(p))
	if p.Number(0) != 4 {
		t.Error("it does not go on after that")
	}
	must(t, c.Do(&Program{}))
}

// Whatever bytes stand in a program, it ends in an error or runs: never beyond its end.
func FuzzProgram(f *testing.F) {
	f.Add([]byte("x\x00\x00\x00\x00ni\x01\x02\x03\x04\x05\x06\x07\x08"))
	f.Add([]byte("x\x00\x00\x00\x00nt\x02\x00\x00\x00abu\x00\x00\x00\x00\x01\x00\x00\x00r\x00\x00\x00\x00"))
	_, c := connected(f)
	s := prepared(f, c, `SELECT ?, ?`)
	prepared(f, c, `SELECT ?`)
	f.Fuzz(func(_ *testing.T, code []byte) {
		_ = c.Do(&Program{code: code, steps: []*Statement{s, s, s}})
	})
}

// The same writes, one by one through the driver and in programs of any length, leave the same rows.
func TestProgramsDoWhatTheDriverDoes(t *testing.T) {
	ours, c := connected(t)
	theirs, _ := connected(t)
	const table, insert = `CREATE TABLE v (id INTEGER PRIMARY KEY AUTOINCREMENT, a, b)`, `INSERT INTO v (a, b) VALUES (?, ?)`
	run(t, c, table)
	_, err := theirs.ExecContext(context.Background(), table)
	must(t, err)
	s := prepared(t, c, insert)
	draw := rand.New(rand.NewPCG(1, 2))
	p := &Program{}
	for range 300 {
		p.Reset()
		for range 1 + draw.IntN(40) {
			p.Run(s)
			var pair [2]any
			for i := range pair {
				pair[i] = drawValue(draw, p)
			}
			_, err := theirs.ExecContext(context.Background(), insert, pair[0], pair[1])
			must(t, err)
		}
		must(t, c.Do(p))
	}
	const dump = `SELECT group_concat(id || typeof(a) || quote(a) || typeof(b) || quote(b), char(10)) FROM v`
	if text(t, ours, dump) != text(t, theirs, dump) {
		t.Error("they differ")
	}
}

func drawValue(draw *rand.Rand, p *Program) any {
	switch n := draw.Int64() - draw.Int64(); draw.IntN(5) {
	case 0:
		p.Null()
		return nil
	case 1:
		p.Int(n)
		return n
	case 2:
		p.Float(float64(n) / 7)
		return float64(n) / 7
	case 3:
		p.Blob([]byte(fmt.Sprint(n)))
		return []byte(fmt.Sprint(n))
	default:
		word := fmt.Sprint(n)[draw.IntN(2):]
		p.Text(word)
		return word
	}
}
