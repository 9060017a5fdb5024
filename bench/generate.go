package main

import (
	"bufio"
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// first is when the first made-up order is placed; the rest follow over two years, rising with up to two hours of jitter.
var first = time.Date(2024, 11, 1, 0, 0, 0, 0, time.UTC)

var columns = []string{"Name", "Email", "Financial Status", "Paid at", "Fulfillment Status", "Fulfilled at", "Accepts Marketing", "Currency",
	"Subtotal", "Shipping", "Taxes", "Total", "Discount Code", "Discount Amount", "Shipping Method", "Created at", "Lineitem quantity",
	"Lineitem name", "Lineitem price", "Lineitem compare at price", "Lineitem sku", "Lineitem requires shipping", "Lineitem taxable",
	"Lineitem fulfillment status", "Billing Name", "Billing Street", "Billing Address1", "Billing Address2", "Billing Company",
	"Billing City", "Billing Zip", "Billing Province", "Billing Country", "Billing Phone", "Shipping Name", "Shipping Street",
	"Shipping Address1", "Shipping Address2", "Shipping Company", "Shipping City", "Shipping Zip", "Shipping Province",
	"Shipping Country", "Shipping Phone", "Notes", "Note Attributes", "Cancelled at", "Payment Method", "Payment Reference",
	"Refunded Amount", "Vendor", "Outstanding Balance", "Employee", "Location", "Device ID", "Id", "Tags", "Risk Level", "Source"}

var at = func() map[string]int {
	all := map[string]int{}
	for i, name := range columns {
		all[name] = i
	}
	return all
}()

var givenNames = []string{"Ada", "Ben", "Carla", "Dinah", "Emil", "Frida", "Gus", "Hanna", "Ivo", "Jana", "Karl", "Lena", "Mats",
	"Nora", "Otto", "Pia", "Quin", "Rosa", "Sven", "Tilda", "Udo", "Vera", "Willa", "Xaver", "Yara", "Zoë"}

var familyNames = []string{"Almgren", "Brook", "Castell", "Dorn", "Ebner", "Foxley", "Garner", "Hartwig", "Iverson", "Jessop", "Kessler",
	"Lindqvist", "Marlow", "Norden", "Oakes", "Prentice", "Quarles", "Ridley", "Smithson", "Thorne"}

var cities = []string{"Akron", "Boise", "Camden", "Dover", "Eugene", "Fresno", "Galena", "Helena", "Ithaca", "Juneau"}

// narrow are the columns of a short export, with as little in a row as an order can have.
var narrow = []string{"Name", "Email", "Financial Status", "Fulfillment Status", "Currency", "Subtotal", "Shipping", "Taxes", "Total", "Created at",
	"Lineitem quantity", "Lineitem name", "Lineitem price", "Lineitem sku", "Id"}

// write writes orders from number from on, in rows of a Shopify export with the given columns, until enough says so.
func write(path string, from int, kept []string, enough func(orders, rows int) bool) (err error) {
	orders, rows := 0, 0
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	buffered := bufio.NewWriterSize(file, 1<<20)
	w := csv.NewWriter(buffered)
	if err := w.Write(kept); err != nil {
		return err
	}
	for ; !enough(orders, rows); orders++ {
		for _, row := range drawn(from + orders) {
			rows++
			cells := make([]string, len(kept))
			for i, name := range kept {
				cells[i] = row[at[name]]
			}
			if err := w.Write(cells); err != nil {
				return err
			}
		}
	}
	w.Flush()
	if err := buffered.Flush(); err != nil {
		return err
	}
	return file.Close()
}

// drawn draws order i: the same i gives the same rows.
func drawn(i int) [][]string {
	r := rand.New(rand.NewPCG(uint64(i), 0x9e3779b97f4a7c15))
	placed := first.Add(time.Duration(i)*63*time.Second + time.Duration(r.IntN(7200))*time.Second)
	stamp := placed.Format("2006-01-02 15:04:05 -0700")
	name := givenNames[r.IntN(len(givenNames))] + " " + familyNames[r.IntN(len(familyNames))]
	email := fmt.Sprintf("buyer%d@example.com", r.IntN(400_000))
	city, street := cities[r.IntN(len(cities))], fmt.Sprintf("%d Test Street", 1+r.IntN(900))
	n := 1 + r.IntN(5)
	rows := make([][]string, n)
	subtotal := 0
	for k := range rows {
		sku, quantity := min(r.IntN(20_000), r.IntN(20_000)), 1+r.IntN(3)
		price := 199 + sku%9_800
		subtotal += price * quantity
		row := make([]string, len(columns))
		set := func(column, value string) { row[at[column]] = value }
		set("Name", "#"+strconv.Itoa(100_001+i))
		set("Email", email)
		set("Created at", stamp)
		set("Lineitem quantity", strconv.Itoa(quantity))
		set("Lineitem name", fmt.Sprintf("Article %d - size %d", sku, sku%7))
		set("Lineitem price", cents(price))
		set("Lineitem sku", fmt.Sprintf("SKU-%05d", sku))
		set("Lineitem requires shipping", "true")
		set("Lineitem taxable", "true")
		set("Lineitem fulfillment status", "pending")
		set("Vendor", "House")
		rows[k] = row
	}
	shipping := r.IntN(3) * 250
	tax := subtotal / 20
	head := map[string]string{"Financial Status": "paid", "Paid at": stamp, "Fulfillment Status": "unfulfilled", "Accepts Marketing": "no",
		"Currency": "USD", "Subtotal": cents(subtotal), "Shipping": cents(shipping), "Taxes": cents(tax), "Total": cents(subtotal + shipping + tax),
		"Discount Amount": "0.00", "Shipping Method": "Standard", "Billing Name": name, "Billing Street": street, "Billing Address1": street,
		"Billing City": city, "Billing Zip": "'02139", "Billing Province": "OH", "Billing Country": "US", "Shipping Name": name,
		"Shipping Street": street, "Shipping Address1": street, "Shipping City": city, "Shipping Zip": "'02139", "Shipping Province": "OH",
		"Shipping Country": "US", "Payment Method": "Card", "Payment Reference": fmt.Sprintf("c%d.1", 700_000+i), "Refunded Amount": "0.00",
		"Outstanding Balance": "0.00", "Id": strconv.Itoa(5_000_000_000 + i), "Risk Level": "Low", "Source": "web"}
	switch k := r.IntN(200); {
	case k < 120:
		head["Fulfillment Status"], head["Fulfilled at"] = "fulfilled", stamp
	case k < 130:
		head["Financial Status"], head["Paid at"] = "pending", ""
	case k < 135:
		head["Cancelled at"] = stamp
	case k < 138:
		head["Tags"] = "gift"
	case k < 140:
		head["Tags"] = "gift, rush"
	}
	for column, value := range head {
		rows[0][at[column]] = value
	}
	return rows
}

func cents(n int) string { return fmt.Sprintf("%d.%02d", n/100, n%100) }
