package format

import (
	"errors"
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/vm"

	"tradepost/backend/fault"
	"tradepost/backend/tabular/value"
)

// Bounds of an expression: how long it may be, of how many parts, and how long the text is that it may make.
const (
	maxExpression  = 2000
	maxNodes       = 300
	maxTransformed = 64 << 10
)

// transform is a compiled expression: it makes a field's value out of a cell (value) and the cells beside it
// (row["Header"]). It has no effects, no loops, and a bounded result, so that a mapping from a stranger does no harm.
type transform struct{ program *vm.Program }

// Function tells about a function that expressions may use.
type Function struct {
	Name    string `json:"name"`
	Example string `json:"example"`
	Words   string `json:"words"`
}

// Functions lists what expressions may use beside + - * / and comparisons, "a ? b : c", and in, contains, startsWith,
// endsWith and matches.
func Functions() []Function {
	return []Function{
		{"trim", `trim(value)`, "Without blanks around it."},
		{"upper", `upper(value)`, "In capital letters."},
		{"lower", `lower(value)`, "In small letters."},
		{"replace", `replace(value, "-", "")`, "With every first text replaced by the second."},
		{"part", `part(value, " ", 1)`, "One part of a text that a separator divides, counted from 1, or from the end by -1; nothing where there is none."},
		{"split", `split(value, "/")[0]`, "All parts of a text that a separator divides."},
		{"left", `left(value, 3)`, "The first characters."},
		{"right", `right(value, 4)`, "The last characters."},
		{"digits", `digits(value)`, "Only the digits."},
		{"number", `number(value) / 100`, "An exact number to calculate with; blank counts as 0. number(value, \"comma\") reads 1.234,50."},
		{"round", `round(number(value) * 1.19, 2)`, "A number with so many decimals, half away from zero."},
		{"len", `len(value) > 3`, "How many characters a text has."},
		{"first", `first(value, row["Name"])`, "The first of several texts that is not blank."},
	}
}

// environment is what an expression sees.
type environment struct {
	Value string            `expr:"value"`
	Row   map[string]string `expr:"row"`
}

var compiledOnce sync.Map // expression to *transform

// compiled compiles an expression once. The error is a *fault.Error that names the place and what to do.
func compiled(source string) (*transform, error) {
	if known, ok := compiledOnce.Load(source); ok {
		t, _ := known.(*transform)
		return t, nil
	}
	t, err := compile(source)
	if err != nil {
		return nil, err
	}
	compiledOnce.Store(source, t)
	return t, nil
}

func compile(source string) (*transform, error) {
	if len(source) > maxExpression {
		return nil, fault.New(fault.Invalid, "The expression is too long.", fmt.Sprintf("Use at most %d characters.", maxExpression)).InField("transform")
	}
	guard := &guardVisitor{}
	options := append([]expr.Option{expr.Env(environment{}), expr.DisableAllBuiltins(), expr.MaxNodes(maxNodes), expr.Patch(guard)}, functions()...)
	program, err := expr.Compile(source, options...)
	if guard.refused != "" {
		err = errors.New(guard.refused)
	}
	if err != nil {
		return nil, expressionFault(source, err)
	}
	return &transform{program}, nil
}

// guardVisitor refuses what could take long: ranges and loops over them.
type guardVisitor struct{ refused string }

func (g *guardVisitor) Visit(node *ast.Node) {
	if g.check(*node); g.refused != "" {
		*node = &ast.NilNode{} // so that nothing of it is worked out beforehand
	}
}

func (g *guardVisitor) check(node ast.Node) {
	switch n := node.(type) {
	case *ast.BinaryNode:
		if n.Operator == ".." {
			g.refused = "ranges cannot be used"
		}
		if n.Operator == "matches" {
			if _, fixed := n.Right.(*ast.StringNode); !fixed {
				g.refused = "what stands behind matches must be a text in quotes"
			}
		}
	case *ast.PredicateNode, *ast.PointerNode:
		g.refused = "loops cannot be used"
	case *ast.VariableDeclaratorNode: // naming a text doubles it over and over
		g.refused = "names cannot be given with let"
	}
}

func expressionFault(source string, err error) error {
	message, at := err.Error(), ""
	if placed, ok := errors.AsType[*file.Error](err); ok {
		message = placed.Message
		at = fmt.Sprintf(" at character %d", placed.Column+1)
	}
	return fault.Wrap(err, fault.Invalid, fmt.Sprintf("The expression %s cannot be understood%s: %s.", quoted(source), at, strings.TrimSuffix(message, ".")),
		`Use value, row["Column"] and functions such as trim, upper, replace, part and number.`).InField("transform")
}

func quoted(source string) string { return "“" + short(source) + "”" }

// run makes the value. An error says in words what could not be done with this cell.
func (t *transform) run(cell string, columns, cells []string) (result string, err error) {
	row := make(map[string]string, len(columns))
	for i, name := range labels(columns) {
		row[name] = at(cells, i)
		if len(row[name]) > maxTransformed {
			return "", errTooLong
		}
	}
	machine := vm.VM{MemoryBudget: 100_000}
	out, err := machine.Run(t.program, environment{Value: cell, Row: row})
	if err != nil {
		return "", runFault(err)
	}
	text, err := resultText(out)
	if err == nil && len(text) > maxTransformed {
		err = errors.New("it makes too long a text")
	}
	return text, err
}

func runFault(err error) error {
	if placed, ok := errors.AsType[*file.Error](err); ok {
		if placed.Prev != nil {
			return placed.Prev
		}
		return errors.New(placed.Message)
	}
	return err
}

func resultText(out any) (string, error) {
	switch v := out.(type) {
	case nil:
		return "", nil
	case string:
		return v, nil
	case exact:
		return v.text(), nil
	case bool:
		return strconv.FormatBool(v), nil
	case int:
		return strconv.Itoa(v), nil
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), nil
	}
	return "", errors.New("it makes no text or number")
}

// exact is a number without rounding, as amounts must be.
type exact struct{ r *big.Rat }

// maxDigits bounds the decimals that a division may leave.
const maxDigits = 10

func (e exact) text() string {
	text := e.r.FloatString(maxDigits)
	if strings.Contains(text, ".") {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	if text == "-0" {
		return "0"
	}
	return text
}

// functions are what expressions may call, with the arithmetic of exact numbers.
func functions() []expr.Option {
	text := func(name string, do func(string) string) expr.Option {
		return expr.Function(name, func(in ...any) (any, error) { return do(arg[string](in, 0)), nil }, new(func(string) string))
	}
	return append([]expr.Option{
		text("trim", value.Text), text("upper", strings.ToUpper), text("lower", strings.ToLower), text("digits", digitsOf),
		expr.Function("replace", func(in ...any) (any, error) {
			return replaced(arg[string](in, 0), arg[string](in, 1), arg[string](in, 2))
		},
			new(func(string, string, string) string)),
		expr.Function("part", func(in ...any) (any, error) {
			return part(arg[string](in, 0), arg[string](in, 1), arg[int](in, 2)), nil
		},
			new(func(string, string, int) string)),
		expr.Function("split", func(in ...any) (any, error) { return splitText(arg[string](in, 0), arg[string](in, 1)) },
			new(func(string, string) []string)),
		expr.Function("left", func(in ...any) (any, error) { return left(arg[string](in, 0), arg[int](in, 1)), nil }, new(func(string, int) string)),
		expr.Function("right", func(in ...any) (any, error) { return right(arg[string](in, 0), arg[int](in, 1)), nil }, new(func(string, int) string)),
		expr.Function("len", func(in ...any) (any, error) { return utf8.RuneCountInString(arg[string](in, 0)), nil }, new(func(string) int)),
		expr.Function("first", firstFilled, new(func(string, string) string), new(func(string, string, string) string),
			new(func(string, string, string, string) string)),
		expr.Function("number", exactOf, new(func(string) exact), new(func(string, string) exact)),
		expr.Function("round", roundedTo, new(func(exact, int) exact)),
	}, arithmetic()...)
}

// arg is an argument of a function; the compiler has seen to its type.
func arg[T any](in []any, i int) T {
	v, _ := in[i].(T)
	return v
}

func digitsOf(text string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, text)
}

var errTooLong = errors.New("it makes too long a text")

func replaced(text, was, is string) (string, error) {
	if was == "" {
		return text, nil
	}
	if n := strings.Count(text, was); len(text)+n*len(is) > maxTransformed {
		return "", errTooLong
	}
	return strings.ReplaceAll(text, was, is), nil
}

func splitText(text, by string) ([]string, error) {
	if by == "" {
		return []string{text}, nil
	}
	if strings.Count(text, by) > maxTransformed {
		return nil, errTooLong
	}
	return strings.Split(text, by), nil
}

func part(text, by string, n int) string {
	parts, err := splitText(text, by)
	if n < 0 {
		n = len(parts) + n + 1
	}
	if err != nil || n < 1 || n > len(parts) {
		return ""
	}
	return value.Text(parts[n-1])
}

func left(text string, n int) string {
	runes := []rune(text)
	return string(runes[:min(max(n, 0), len(runes))])
}

func right(text string, n int) string {
	runes := []rune(text)
	return string(runes[len(runes)-min(max(n, 0), len(runes)):])
}

func firstFilled(in ...any) (any, error) {
	for _, text := range in {
		if t, ok := text.(string); ok && !value.Blank(t) {
			return text, nil
		}
	}
	return "", nil
}

func exactOf(in ...any) (any, error) {
	cell, style := arg[string](in, 0), value.Point
	if len(in) > 1 && arg[string](in, 1) == string(value.Comma) {
		style = value.Comma
	}
	if value.Blank(cell) {
		return exact{new(big.Rat)}, nil
	}
	n, err := value.Money(cell, style, 2)
	if err != nil || len(n.Value) > 60 {
		return nil, fmt.Errorf("“%s” is not a number", short(value.Text(cell)))
	}
	r, ok := new(big.Rat).SetString(string(n.Value))
	if !ok {
		return nil, fmt.Errorf("“%s” is not a number", short(value.Text(cell)))
	}
	return exact{r}, nil
}

func roundedTo(in ...any) (any, error) {
	places := min(max(arg[int](in, 1), 0), maxDigits)
	r, _ := new(big.Rat).SetString(arg[exact](in, 0).r.FloatString(places))
	return exact{r}, nil
}

// arithmetic lets + - * / and comparisons work on exact numbers and plain ones alike.
func arithmetic() []expr.Option {
	var all []expr.Option
	calc := func(operator, name string, do func(a, b *big.Rat) (*big.Rat, error)) {
		all = append(all, expr.Function(name, func(in ...any) (any, error) {
			r, err := do(ratOf(in[0]), ratOf(in[1]))
			return exact{r}, err
		}, new(func(exact, exact) exact), new(func(exact, int) exact), new(func(int, exact) exact), new(func(exact, float64) exact),
			new(func(float64, exact) exact)), expr.Operator(operator, name))
	}
	calc("+", "exactPlus", func(a, b *big.Rat) (*big.Rat, error) { return new(big.Rat).Add(a, b), nil })
	calc("-", "exactMinus", func(a, b *big.Rat) (*big.Rat, error) { return new(big.Rat).Sub(a, b), nil })
	calc("*", "exactTimes", func(a, b *big.Rat) (*big.Rat, error) { return new(big.Rat).Mul(a, b), nil })
	calc("/", "exactOver", func(a, b *big.Rat) (*big.Rat, error) {
		if b.Sign() == 0 {
			return new(big.Rat), errors.New("it divides by zero")
		}
		return new(big.Rat).Quo(a, b), nil
	})
	compare := func(operator, name string, holds func(int) bool) {
		all = append(all, expr.Function(name, func(in ...any) (any, error) { return holds(ratOf(in[0]).Cmp(ratOf(in[1]))), nil },
			new(func(exact, exact) bool), new(func(exact, int) bool), new(func(int, exact) bool), new(func(exact, float64) bool),
			new(func(float64, exact) bool)), expr.Operator(operator, name))
	}
	compare("<", "exactBelow", func(c int) bool { return c < 0 })
	compare("<=", "exactAtMost", func(c int) bool { return c <= 0 })
	compare(">", "exactAbove", func(c int) bool { return c > 0 })
	compare(">=", "exactAtLeast", func(c int) bool { return c >= 0 })
	compare("==", "exactEquals", func(c int) bool { return c == 0 })
	compare("!=", "exactDiffers", func(c int) bool { return c != 0 })
	return all
}

// ratOf is a number of an expression, exactly as it is written there.
func ratOf(v any) *big.Rat {
	switch n := v.(type) {
	case exact:
		return n.r
	case int:
		return new(big.Rat).SetInt64(int64(n))
	case float64:
		if r, ok := new(big.Rat).SetString(strconv.FormatFloat(n, 'f', -1, 64)); ok {
			return r
		}
	}
	return new(big.Rat)
}
