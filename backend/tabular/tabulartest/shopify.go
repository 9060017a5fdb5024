// Package tabulartest makes order files for tests: orders drawn from a seed, written as a Shopify export states them, so
// that a test knows what must come out.
package tabulartest

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// Order is an order as a test knows it.
type Order struct {
	Number   string
	ID       int
	Placed   time.Time
	Name     string
	Email    string
	City     string
	Paid     string // Shopify's words
	Shipped  string
	Tags     string
	Shipping int // cents
	Lines    []Line
}

// Line is one of its lines.
type Line struct {
	SKU      string
	Title    string
	Quantity int
	Cents    int
}

// Subtotal is what the lines add up to, in cents.
func (o Order) Subtotal() (cents int) {
	for _, l := range o.Lines {
		cents += l.Quantity * l.Cents
	}
	return cents
}

// Total is the order's total in cents.
func (o Order) Total() int { return o.Subtotal() + o.Shipping }

// First is when the first order is placed.
var First = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

// Orders draws n orders with one to five lines each. The same source gives the same orders.
func Orders(r *rand.Rand, n int) []Order {
	orders := make([]Order, n)
	for i := range orders {
		orders[i] = Draw(r, i)
	}
	return orders
}

// Draw draws the order that is number i.
func Draw(r *rand.Rand, i int) Order {
	o := Order{Number: fmt.Sprintf("#%d", 1001+i), ID: 900_000 + i, Placed: First.Add(time.Duration(i)*37*time.Minute + time.Duration(r.IntN(600))*time.Second),
		Name: fmt.Sprintf("Buyer %d Sämple", i%60), Email: fmt.Sprintf("buyer%d@example.com", i%60), City: "Cambridge", Shipping: r.IntN(3) * 250,
		Paid: pick(r, "paid", "paid", "pending"), Shipped: pick(r, "unfulfilled", "fulfilled"), Tags: pick(r, "", "", "gift", "gift, rush")}
	for range 1 + r.IntN(5) {
		n := r.IntN(40)
		if used(o.Lines, n) {
			continue
		}
		o.Lines = append(o.Lines, Line{SKU: sku(n), Title: fmt.Sprintf("Thing %d, \"large\"", n), Quantity: 1 + r.IntN(4), Cents: 100 + 37*n})
	}
	return o
}

func sku(n int) string { return fmt.Sprintf("SKU-%03d", n) }

func used(lines []Line, n int) bool {
	for _, l := range lines {
		if l.SKU == sku(n) {
			return true
		}
	}
	return false
}

func pick(r *rand.Rand, words ...string) string { return words[r.IntN(len(words))] }

const header = "Name,Email,Financial Status,Paid at,Fulfillment Status,Currency,Subtotal,Shipping,Taxes,Total,Discount Amount,Created at," +
	"Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Shipping Name,Shipping Address1,Shipping City,Shipping Zip,Shipping Country,Id,Tags\n"

// Shopify writes orders as an export does: the order's values in the first of its rows, one row per line.
func Shopify(orders []Order) string {
	var b strings.Builder
	b.WriteString(header)
	for _, o := range orders {
		placed := o.Placed.Format("2006-01-02 15:04:05 -0700")
		for n, l := range o.Lines {
			item := fmt.Sprintf("%s,%d,%s,%s,%s", placed, l.Quantity, quote(l.Title), money(l.Cents), l.SKU)
			if n == 0 {
				fmt.Fprintf(&b, "%s,%s,%s,,%s,USD,%s,%s,0.00,%s,0.00,%s,%s,1 Test St,%s,'02139,US,%d,%s\n", o.Number, o.Email, o.Paid, o.Shipped,
					money(o.Subtotal()), money(o.Shipping), money(o.Total()), item, o.Name, o.City, o.ID, quote(o.Tags))
			} else {
				fmt.Fprintf(&b, "%s,%s,,,,,,,,,,%s,,,,,,,\n", o.Number, o.Email, item)
			}
		}
	}
	return b.String()
}

func money(cents int) string { return fmt.Sprintf("%d.%02d", cents/100, cents%100) }

func quote(text string) string { return `"` + strings.ReplaceAll(text, `"`, `""`) + `"` }
