package format

import (
	"fmt"
	"strings"

	"tradepost/backend/commerce"
	"tradepost/backend/tabular/delimited"
	"tradepost/backend/tabular/spreadsheet"
	"tradepost/backend/tabular/value"
)

// fillCell reads a cell into the field of its binding; what cannot be read is a problem and fills nothing.
func (b *builder) fillCell(bind *binding, cell string) {
	d, t := &b.draft, bind.target
	if cell != "" && (!b.plan.spec.Exact || cell == spreadsheet.LostText) && b.cellError(bind.column, cell) {
		return
	}
	switch t.kind {
	case kindText:
		b.fillText(bind, cell)
	case kindID:
		*t.text(d) = b.id(cell)
	case kindAmount:
		b.fillAmount(bind, cell)
	case kindPrice, kindQuantity, kindCount:
		b.fillDecimal(bind, cell)
	case kindStamp, kindInstant:
		b.fillDate(bind, cell)
	case kindState:
		b.fillState(bind, cell)
	case kindTags:
		b.draft.order.Tags = tags(b.text(cell))
	}
}

// text and id are what a text cell states. In a file of our own it states exactly what stands there, less the apostrophe
// of our own guard.
func (b *builder) text(cell string) string {
	if b.plan.spec.Exact {
		return delimited.Unguard(cell)
	}
	return value.Text(cell)
}

func (b *builder) id(cell string) string {
	if b.plan.spec.Exact {
		return delimited.Unguard(cell)
	}
	return value.ID(cell)
}

// fillAmount reads an amount in the order's currency. Where the field has one and the columns add up, it is added.
func (b *builder) fillAmount(bind *binding, cell string) {
	if b.priceless {
		return
	}
	amount, err := value.Amount(cell, b.styles[bind.column], b.currency)
	if err != nil {
		b.problem(bind.column, CodeAmount, err)
		return
	}
	if bind.minus {
		amount.Minor = -amount.Minor
	}
	into := bind.target.amount(&b.draft)
	if !bind.adds() {
		*into = amount
		return
	}
	total, ok := into.Plus(amount)
	if !ok {
		b.problem(bind.column, CodeAmount, &value.Error{Found: value.Text(cell),
			Expected: "amounts that can be added up", Remedy: "Correct the amount."})
		return
	}
	*into = total
}

func (b *builder) fillDecimal(bind *binding, cell string) {
	var d commerce.Decimal
	var err error
	code := CodeQuantity
	switch bind.target.kind {
	case kindPrice:
		if b.priceless {
			return
		}
		d, err = b.price(bind, cell)
		code = CodeAmount
	case kindCount:
		d, err = value.WholeOrZero(cell)
	default:
		d, err = value.Quantity(cell, b.styles[bind.column])
	}
	if err != nil {
		b.problem(bind.column, code, err)
		return
	}
	*bind.target.decimal(&b.draft) = d
}

// price reads a unit price: exact, with at least the currency's decimal places.
func (b *builder) price(bind *binding, cell string) (commerce.Decimal, error) {
	places := b.currency.Exponent()
	n, err := value.Money(cell, b.styles[bind.column], places)
	if err == nil && n.Currency != "" && n.Currency != b.currency {
		err = &value.Error{Found: value.Text(cell), Expected: "a price in " + string(b.currency),
			Remedy: "Correct the price or the order's currency."}
	}
	return n.Value.Padded(places), err
}

// fillDate reads an instant; times a clock change makes doubtful are told.
func (b *builder) fillDate(bind *binding, cell string) {
	stamp, warning, err := value.Date(cell, b.zoned(bind))
	if err != nil {
		b.problem(bind.column, CodeDate, err)
		return
	}
	if warning != "" {
		b.warn(clockWarning(b.row.Number, b.name(bind.column), value.Text(cell), warning))
	}
	if bind.target.kind == kindStamp {
		b.draft.order.Placed = stamp
		return
	}
	into := bind.target.instant(&b.draft)
	if bind.join != joinEarliest || *into == 0 || stamp.At < *into {
		*into = stamp.At
	}
}

func clockWarning(row int, column, cell, code string) Problem {
	p := Problem{Row: row, Column: column, Found: cell, Code: code, Expected: "a time the clock shows once",
		Message: "The clock was put forward over this time; the moment after is taken.",
		Remedy:  "Export the file with times in UTC to be sure."}
	if code == value.ZoneOverlap {
		p.Message = "The clock showed this time twice that day; the first is taken."
	}
	return p
}

// fillState sets what a state word means. An unknown word of the order's own state is a problem, as an order must not
// look open when it is not; of a line's state it is a warning.
func (b *builder) fillState(bind *binding, cell string) {
	set, known := bind.states[normal(value.Text(cell))]
	if known {
		for field, v := range set {
			settable[field](&b.draft, v)
		}
		return
	}
	p := valueProblem(b.row.Number, b.name(bind.column), CodeState,
		&value.Error{Found: short(value.Text(cell)), Expected: "a state known here",
			Remedy: "Correct the state, or leave it blank when it is not known."})
	if bind.target.line {
		p.Message += " The line's state stays as it is."
		b.warn(p)
		return
	}
	b.record.Problems = append(b.record.Problems, p)
}

// less takes off both ends of a text what other columns of the row state: "Ann Lee, 1 High St, Leeds, LS1 1AA" is "1 High
// St" where name, city and postal code stand in their own cells. What is left of the text stays as it is.
func (b *builder) less(bind *binding, text string) string {
	for _, i := range bind.less {
		part := value.Text(at(b.row.Cells, i))
		if part == "" || len(part) == len(text) {
			continue
		}
		if rest, ok := strings.CutPrefix(text, part); ok && apart(rest[0]) {
			text = strings.TrimLeft(rest, ", ")
		}
	}
	for again := len(bind.less) > 0; again; {
		again = false
		for _, i := range bind.less {
			part := value.Text(at(b.row.Cells, i))
			if rest, ok := strings.CutSuffix(text, part); ok && part != "" && rest != "" && apart(rest[len(rest)-1]) {
				text, again = strings.TrimRight(rest, ", "), true
			}
		}
	}
	return text
}

func apart(c byte) bool { return c == ',' || c == ' ' }

func tags(cell string) []string {
	var all []string
	for part := range strings.SplitSeq(cell, ",") {
		if tag := value.Text(part); tag != "" {
			all = append(all, tag)
		}
	}
	return all
}

// settleCurrency finds the one currency of an order: what its rows state, else what its amounts name, else what the
// options say. Two currencies, or none beside amounts, are a problem.
func (b *builder) settleCurrency() {
	b.currency, b.priceless = b.statedCurrency(), false
	if b.currency != "" {
		return
	}
	named, row, column := b.namedCurrency()
	switch {
	case row == nil:
	case named != "":
		b.currency = named
	case b.opt.Currency != "":
		b.currency = b.opt.Currency
		if b.plan.spec.stated() || len(b.plan.currencies) == 0 {
			return // files of prices rarely name one; where there is no column for it, Recognition.CurrencyNeeded tells once for all
		}
		b.warn(Problem{Row: row.Number, Column: b.name(column), Code: CodeCurrencyMissing, Found: string(b.opt.Currency),
			Expected: "a currency in the file", Remedy: "Check that the amounts are in " + string(b.opt.Currency) + ".",
			Message: fmt.Sprintf("The order names no currency; its amounts are taken as %s.", b.opt.Currency)})
	default:
		b.priceless, b.row = true, row
		b.record.Problems = append(b.record.Problems, Problem{Row: row.Number, Column: b.name(column), Code: CodeCurrencyMissing,
			Expected: "a currency beside the amounts", Remedy: "Give the channel its currency under Settings and retry, or import the file again and choose its currency.",
			Message: "The " + b.plan.spec.recordWord() + " has amounts and names no currency."})
	}
}

func (b *builder) statedCurrency() commerce.Currency {
	var found commerce.Currency
	for i := range b.record.Rows {
		b.row = &b.record.Rows[i]
		for _, column := range b.plan.currencies {
			cell := value.Text(b.row.Cells[column])
			if cell == "" || cell == string(found) || b.clears(cell) {
				continue
			}
			found = b.addCurrency(found, column, cell)
		}
	}
	return found
}

func (b *builder) addCurrency(found commerce.Currency, column int, cell string) commerce.Currency {
	stated, err := commerce.ParseCurrency(cell)
	switch {
	case err != nil:
		b.problem(column, CodeCurrency, &value.Error{Found: short(cell),
			Expected: "a three-letter currency code such as USD", Remedy: "Correct the currency."})
	case found == "":
		return stated
	case found != stated:
		b.problem(column, CodeCurrencyMixed, &value.Error{Found: string(stated),
			Expected: "one currency per order, here " + string(found), Remedy: "Correct the currency, or split the order."})
	}
	return found
}

// namedCurrency finds the first amount of the order, and the currency an amount names itself ("€5").
func (b *builder) namedCurrency() (named commerce.Currency, first *Row, column int) {
	for i := range b.record.Rows {
		row := &b.record.Rows[i]
		for _, c := range b.evidence.amounts {
			cell := row.Cells[c]
			if value.Blank(cell) || b.clears(cell) {
				continue
			}
			if first == nil {
				first, column = row, c
			}
			if n, err := value.Money(cell, b.styles[c], 2); err == nil && n.Currency != "" {
				return n.Currency, first, column
			}
		}
	}
	return "", first, column
}
