package format_test

import (
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"tradepost/backend/commerce"
	"tradepost/backend/order"
	"tradepost/backend/tabular/format"
)

// These tests read files somebody else wrote; without them they skip and say so.

func TestSharedShopifySample(t *testing.T) {
	src := file(shared(t, "synthetic/shopify-orders.csv"))
	rec := recognise(t, src)
	if rec.Format != "shopify.orders" || rec.Confidence < 0.95 || rec.Rows != 4 || rec.HeaderRow != 1 || len(rec.Columns) != 79 ||
		len(rec.UnknownColumns) != 0 || rec.ZoneNeeded || rec.CurrencyNeeded || rec.Encoding != "UTF-8" || rec.BOM {
		t.Errorf("got %+v", rec)
	}
	records := readAs(t, src, rec, format.Options{})
	if len(records) != 3 {
		t.Fatalf("%d records", len(records))
	}
	for _, r := range records {
		if len(r.Problems)+len(r.Warnings) > 0 {
			t.Errorf("got %s", dump([]format.Record{r}))
		}
	}
	checkFirstShopify(t, &records[0].Order)
	checkOtherShopify(t, records)
}

func checkFirstShopify(t *testing.T, o *order.Order) {
	t.Helper()
	for name, pair := range map[string][2]any{
		"number": {o.Number, "#1001"}, "id": {o.ExternalID, "9000000001001"}, "currency": {o.Currency, commerce.Currency("USD")},
		"placed": {o.Placed.At.String(), "2026-03-12T09:14:01Z"}, "zone": {o.Placed.Zone, "+00:00"}, "source of zone": {o.Placed.ZoneSource, commerce.ZoneFromFile},
		"paid at": {o.PaidAt.String(), "2026-03-12T09:14:02Z"}, "subtotal": {o.Subtotal, commerce.Minor(6600)}, "shipping": {o.Shipping, commerce.Minor(500)},
		"tax": {o.Tax, commerce.Minor(561)}, "discount": {o.Discount, commerce.Minor(0)}, "total": {o.Total, commerce.Minor(7661)},
		"refunded": {o.Refunded, commerce.Minor(0)}, "outstanding": {o.Outstanding, commerce.Minor(0)},
		"financial": {o.Financial, order.Paid}, "fulfillment": {o.Fulfillment, order.Unfulfilled}, "method": {o.ShippingMethod, "Standard"},
		"payment": {o.PaymentMethod, "Shopify Payments"}, "source": {o.Source, "web"}, "risk": {o.Risk, "Low"}, "tags": {strings.Join(o.Tags, "+"), "wholesale+rush"},
		"lines": {len(o.Lines), 2}, "stage": {o.Stage(), order.ToShip}, "code": {o.DiscountCode, ""},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s is %v, want %v", name, pair[0], pair[1])
		}
	}
	want := []order.Line{
		{Position: 1, SKU: "00123", Title: `Mug, "Speckled" - Blue`, Quantity: "1", UOM: "each", UnitPrice: "18.00", Discount: commerce.Minor(0), Fulfillment: order.Unfulfilled},
		{Position: 2, SKU: "BOWL-2", Title: "Bowl", Quantity: "2", UOM: "each", UnitPrice: "24.00", Discount: commerce.Minor(0), Fulfillment: order.Unfulfilled},
	}
	if !slices.Equal(o.Lines, want) {
		t.Errorf("lines are %+v", o.Lines)
	}
	buyer, _ := o.Party(order.Buyer)
	ship, _ := o.Party(order.ShipTo)
	bill, _ := o.Party(order.BillTo)
	if buyer.Name != "Ada Sample" || buyer.Email != "ada@example.com" || ship.PostalCode != "02139" || ship.Line1 != "1 Test St" || bill.PostalCode != "02139" || bill.Country != "US" {
		t.Errorf("people are %+v", o.Parties)
	}
}

func checkOtherShopify(t *testing.T, records []format.Record) {
	t.Helper()
	second, third := records[1].Order, records[2].Order
	buyer, _ := second.Party(order.Buyer)
	ship, _ := second.Party(order.ShipTo)
	if second.Number != "#1002" || buyer.Email != "" || buyer.Note != "Line one\nline two" || ship.Name != "Søren Ünïcode" ||
		second.Financial != order.PartiallyRefunded || second.Refunded != commerce.Minor(1000) || second.Lines[0].SKU != "" || second.Lines[0].Discount.Stated {
		t.Errorf("the second is %+v", second)
	}
	if third.Financial != order.Voided || third.CancelledAt.String() != "2026-03-12T12:00:00Z" || third.Stage() != order.Cancelled || records[2].Rows[0].Number != 6 {
		t.Errorf("the third is %+v", third)
	}
}

func TestSharedAmazonSample(t *testing.T) {
	src := file(shared(t, "synthetic/amazon-order-report.txt"))
	rec := recognise(t, src)
	if rec.Format != "amazon.orders" || rec.Confidence < 0.95 || rec.Rows != 3 || rec.Encoding != "Windows-1252" || rec.Delimiter != "tab" || rec.CurrencyNeeded || rec.ZoneNeeded {
		t.Errorf("got %+v", rec)
	}
	records := readAs(t, src, rec, format.Options{})
	if len(records) != 2 || len(records[0].Problems)+len(records[0].Warnings)+len(records[1].Problems)+len(records[1].Warnings) > 0 {
		t.Fatalf("got %s", dump(records))
	}
	o := records[0].Order
	wantLines := []order.Line{
		{Position: 1, ExternalID: "10000000000001", SKU: "WID-L", Title: "Widget™ large", Quantity: "2", UOM: "each", Total: commerce.Minor(3998), Tax: commerce.Minor(165), Shipping: commerce.Minor(0)},
		{Position: 2, ExternalID: "10000000000002", SKU: "WID-S", Title: "Widget™ large", Quantity: "1", UOM: "each", Total: commerce.Minor(999), Tax: commerce.Minor(165), Shipping: commerce.Minor(0)},
	}
	ship, _ := o.Party(order.ShipTo)
	if o.Number != "111-0000001-0000001" || o.ExternalID != o.Number || !slices.Equal(o.Lines, wantLines) || o.Financial != order.Paid ||
		o.PaidAt.String() != "2026-03-13T07:59:30Z" || o.Placed.Zone != "-08:00" || o.Source != "Amazon.com" || o.ShippingMethod != "Standard" || ship.PostalCode != "05544" || o.Currency != "USD" {
		t.Errorf("got %s", dump(records))
	}
	if (o.Subtotal != commerce.Amount{}) || (o.Total != commerce.Amount{}) || (o.Tax != commerce.Amount{}) || (o.Shipping != commerce.Amount{}) || (o.Discount != commerce.Amount{}) {
		t.Errorf("order amounts were made up: %+v", o)
	}
}

// made holds a sound value for each column a made row needs.
var made = map[string]string{
	"Name": "#9", "Created at": "2026-01-02 03:04:05 +0000", "Lineitem quantity": "1", "Lineitem name": "Mug", "Lineitem price": "5.00", "Currency": "USD",
	"order-id": "111-1", "order-item-id": "5", "purchase-date": "2026-01-02T03:04:05Z", "quantity-purchased": "1", "currency": "USD", "item-price": "5.00",
	"Order Number": "1-2", "Item Number": "3", "Quantity": "1", "Sold For": "$1.00", "Sold for": "$1.00", "Sale Date": "Jan-02-26", "Order number": "1-2", "Item number": "3", "Sale date": "Jan-02-26",
	"Order ID": "77", "Number of Items": "1", "Order Value": "5.00", "Order Total": "5.00", "Item Name": "Mug", "Price": "5.00", "Transaction ID": "9",
	"Order Status": "To ship", "SKU ID": "8", "Product Name": "Mug", "Created Time": "25/06/2026 13:03:57", "PO#": "1", "Order#": "2", "Order Date": "2026-01-02", "Line#": "1", "Qty": "1", "SKU": "A", "Item Cost": "5.00",
	"Date": "2026-07-18", "Time": "12:59:30", "Time Zone": "Eastern Time (US & Canada)", "Item": "Mug", "Gross Sales": "$5.00", "Discounts": "$0.00", "Net Sales": "$5.00",
	"Total Collected": "$5.00", "Card": "$5.00", "Cash": "$0.00", "Event Type": "Payment", "promise-date": "2026-01-05T03:04:05Z", "quantity-to-ship": "1", "quantity-shipped": "0", "sku": "A",
}

func TestSharedHeaders(t *testing.T) {
	for name, want := range map[string]struct {
		format  string
		columns int
	}{
		"ebay-orders-us-current.csv": {"ebay.orders", 82}, "etsy-sold-orders-2022.csv": {"etsy.orders", 36}, "etsy-sold-order-items-2026-no-sku.csv": {"etsy.order_items", 29},
		"tiktok-shop-orders-my-2026.csv": {"tiktok.orders", 33}, "walmart-orders-2022-xlsx-columns.csv": {"walmart.orders", 39},
		"shopify-orders-2025-12.csv": {"shopify.orders", 79}, "square-transactions-2026.csv": {"square.transactions", 55}, "square-items-2026.csv": {"square.items", 35},
		"amazon-order-report.tsv": {"amazon.orders", 30}, "amazon-unshipped-orders-2025.tsv": {"amazon.unshipped", 30},
	} {
		header, err := os.ReadFile(shared(t, "headers/"+name))
		if err != nil {
			t.Fatal(err)
		}
		for variant, line := range variants(strings.TrimRight(string(header), "\r\n"), want.format) {
			src := text(line + "\n" + madeRow(line) + "\n")
			rec := recognise(t, src)
			records := readAs(t, src, rec, answers())
			lines := 1
			if want.format == "etsy.orders" || want.format == "square.transactions" {
				lines = 0
			}
			if count, err := strconv.Atoi(variant); variant == "whole" && len(rec.Columns) != want.columns || variant == "2020" && len(rec.Columns) != 51 ||
				err == nil && variant != "2020" && len(rec.Columns) != count {
				t.Errorf("%s has %d columns", name, len(rec.Columns))
			}
			if sure := format.Confidences(string(src)); len(sure) > 1 && sure[1] > 0.9 {
				t.Errorf("%s, %s: a second format is sure: %v", name, variant, sure)
			}
			if rec.Format != want.format || rec.Confidence < 0.95 || len(rec.UnknownColumns) > 0 || len(records) != 1 || len(records[0].Problems) > 0 || len(records[0].Order.Lines) != lines {
				t.Errorf("%s, %s: %s %v unknown %q\n%s", name, variant, rec.Format, rec.Confidence, rec.UnknownColumns, dump(records))
			}
		}
	}
}

func madeRow(header string) string {
	d := delimiterOf(header)
	cells := strings.Split(header, d)
	for i, name := range cells {
		cells[i] = made[strings.Trim(name, `"`)]
	}
	return strings.Join(cells, d)
}

func delimiterOf(header string) string {
	if strings.Contains(header, "\t") {
		return "\t"
	}
	return ","
}

// variants are the years of a header that are documented: Shopify's with 79, 73 and 61 columns, Amazon's with 41, 30 and 29,
// and the unshipped report with 30 and 27.
func variants(header, of string) map[string]string {
	without := func(drop ...string) string {
		d := delimiterOf(header)
		return strings.Join(slices.DeleteFunc(strings.Split(header, d), func(name string) bool { return slices.Contains(drop, name) }), d)
	}
	all := map[string]string{"whole": header}
	switch of {
	case "shopify.orders":
		newest := []string{"Duties", "Billing Province Name", "Shipping Province Name", "Payment ID", "Payment Terms Name", "Next Payment Due At"}
		tax := []string{"Tax 1 Name", "Tax 1 Value", "Tax 2 Name", "Tax 2 Value", "Tax 3 Name", "Tax 3 Value", "Tax 4 Name", "Tax 4 Value", "Tax 5 Name", "Tax 5 Value"}
		all["73"] = without(newest...)
		all["61"] = without(slices.Concat(newest, tax, []string{"Payment References", "Receipt Number"})...)
	case "amazon.orders":
		all["29"] = without("sales-channel")
		all["41"] = header + "\tbill-address-1\tbill-address-2\tbill-address-3\tbill-city\tbill-state\tbill-postal-code\tbill-country\titem-promotion-discount\titem-promotion-id\tship-promotion-discount\tship-promotion-id"
	case "ebay.orders":
		for name, v := range ebayVariants(header) {
			all[name] = v
		}
	case "etsy.orders":
		all["quoted"] = `"` + strings.ReplaceAll(header, ",", `","`) + `"`
		all["33"] = without("InPerson Discount", "InPerson Location", "SKU")
		all["delivery"] = strings.NewReplacer("Shipping", "Delivery", "Ship ", "Delivery ", "Date Shipped", "Date Posted").Replace(header)
	case "etsy.order_items":
		all["30"] = header + ",SKU"
		all["33"] = header + ",InPerson Discount,InPerson Location,VAT Paid by Buyer,SKU"
		all["delivery"] = strings.NewReplacer("Shipping", "Delivery", "Ship ", "Delivery ", "Date Shipped", "Date Posted").Replace(header)
	case "tiktok.orders":
		all["ID"] = strings.NewReplacer(",State,Post Town,", ",Zipcode,Province,Regency and City,Districts,Villages,").Replace(header)
		all["PH"] = strings.NewReplacer(",State,Post Town,", ",Region,Province,Municipality,Barangay,").Replace(header)
		all["VN"] = strings.NewReplacer(",State,Post Town,", ",Province,District,Commune,").Replace(header)
		all["US"] = strings.NewReplacer(",State,Post Town,Detail Address,", ",State,City,Zipcode,Address Line 1,Address Line 2,Delivery Instruction,").Replace(header)
	case "walmart.orders":
		all["spelt right"] = strings.Replace(header, "SOurce", "Source", 1)
		all["37"] = without("Customer Intent To Cancel", "Intent To Cancel Override")
	case "square.transactions":
		newest := []string{"Service Charges", "Third Party Fees", "Discount Name", "Transaction Status", "Cash App", "Order Reference ID", "Fulfillment Note", "Free Processing Applied", "Channel",
			"Unattributed Tips", "Table Info", "International Fee"}
		older := strings.NewReplacer("Tender Note", "Other Tender Note", "Square Gift Card,", "Square Gift Card,Installment,")
		all["44"] = older.Replace(without(newest...))
		all["37"] = strings.Replace(without(append(newest, "Deposit ID", "Deposit Date", "Deposit Details", "Fee Percentage Rate", "Fee Fixed Rate", "Refund Reason")...), "Tender Note", "Other Tender Note", 1)
	case "square.items":
		all["24"] = without("Unit", "Count", "GTIN", "Itemization Type", "Commission", "Employee", "Fulfillment Note", "Channel", "Token", "Card Brand", "PAN Suffix")
	case "amazon.unshipped":
		all["27"] = without("is-iba", "verge-of-cancellation", "verge-of-lateShipment")
	}
	return all
}

// ebayVariants are a report of 51 columns without what came after 2020, the British and the Australian labels.
func ebayVariants(header string) map[string]string {
	header = strings.ReplaceAll(header, `"`, "")
	names := strings.Split(header, ",")
	newer := []string{"Buyer Tax", "Collect And Remit", "eBay Reference", "Tax Status", "Electronic Waste", "Mattress", "Battery", "White Goods", "Tire", "Additional Fee", "Lumber", "Prepaid", "Road", "eBay Collected Charges",
		"Authenticity", "PSA", "Vault", "eBay Fulfillment", "Tax City", "Tax State", "Tax Zip", "Tax Country", "eBay International", "Item Zip", "Item Country", "Item Location"}
	old := slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		return slices.ContainsFunc(newer, func(part string) bool { return strings.HasPrefix(name, part) || strings.Contains(name, "And Remit") })
	})
	british := strings.NewReplacer("Ship To State", "Post To County", "Ship To Zip", "Post To Postcode", "Ship To ", "Post To ", "Buyer State", "Buyer County", "Buyer Zip", "Buyer Postcode",
		"Shipping And Handling", "Postage And Packaging", "Ship By Date", "Post By Date", "Shipped On Date", "Dispatched On Date", "Shipping Service", "Delivery Service", "Item Zip Code", "Item Postcode").Replace(header)
	for _, name := range names {
		words := strings.Split(name, " ")
		if len(words) > 1 && !strings.HasPrefix(name, "eBay") && words[1] != "To" {
			british = strings.ReplaceAll(british, ","+name+",", ","+words[0]+" "+strings.ToLower(strings.Join(words[1:], " "))+",")
		}
	}
	australian := strings.NewReplacer("Ship To Zip", "Post To Postal Code", "Ship To ", "Post To ", "Buyer Zip", "Buyer Postal Code", "Shipping And Handling", "Postage And Handling",
		"Ship By Date", "Post By Date", "Shipped On Date", "Posted On Date", "Shipping Service", "Postage Service").Replace(header)
	return map[string]string{"2020": strings.Join(old, ","), "British": british, "Australian": australian}
}

func sharedRecords(t *testing.T, name, want string, opt format.Options) (format.Recognition, []format.Record) {
	t.Helper()
	src := file(shared(t, "synthetic/"+name))
	rec := recognise(t, src)
	sure := format.Confidences(mustRead(t, string(src)))
	if rec.Format != want || rec.Confidence < 0.95 || len(sure) > 1 && sure[1] > 0.9 || len(rec.UnknownColumns) > 0 {
		t.Errorf("recognised as %s with %v (%v), unknown %q", rec.Format, rec.Confidence, sure, rec.UnknownColumns)
	}
	records := readAs(t, src, rec, opt)
	for _, r := range records {
		if len(r.Problems) > 0 {
			t.Errorf("got %s", dump([]format.Record{r}))
		}
	}
	return rec, records
}

func TestSharedEbaySample(t *testing.T) {
	rec, records := sharedRecords(t, "ebay-orders-with-blank-lines-and-footer.csv", "ebay.orders", answers())
	if rec.HeaderRow != 2 || rec.Rows != 2 || len(records) != 2 || !rec.CurrencyNeeded || !rec.ZoneNeeded || !strings.Contains(strings.Join(rec.Reasons, " "), "2 closing lines") {
		t.Fatalf("got %+v", rec)
	}
	o, second := records[0].Order, records[1].Order
	want := order.Line{Position: 1, ExternalID: "2857300000001", SKU: "LAMP-1", Title: "Lamp, brass", Quantity: "1", UOM: "each", UnitPrice: "1045.99"}
	ship, _ := o.Party(order.ShipTo)
	buyer, _ := o.Party(order.Buyer)
	if o.Number != "12-00001-00001" || o.Total != commerce.Minor(105799) || o.Shipping != commerce.Minor(1200) || !slices.Equal(o.Lines, []order.Line{want}) || o.Financial != order.Paid ||
		o.Placed.At.String() != "2026-07-21T04:00:00Z" || o.ShipBy.String() != "2026-07-23T04:00:00Z" || ship.PostalCode != "00701" || buyer.Name != "Sample, Pat" || o.Subtotal.Stated || o.Tax.Stated {
		t.Errorf("got %s", dump(records))
	}
	if second.Total != commerce.Minor(2000) || second.Lines[0].UnitPrice != "10.00" || second.Lines[0].Quantity != "2" || second.Financial != "" || second.Shipping.Stated {
		t.Errorf("got %s", dump(records))
	}
}

func TestSharedEtsySample(t *testing.T) {
	rec, records := sharedRecords(t, "etsy-sold-order-items.csv", "etsy.order_items", answers())
	if rec.DateOrder != "mdy" || rec.CurrencyNeeded || len(records) != 1 || len(records[0].Warnings) > 0 {
		t.Fatalf("got %+v\n%s", rec, dump(records))
	}
	o := records[0].Order
	want := []order.Line{
		{Position: 1, ExternalID: "4001", Title: "Ceramic Mug - Speckled, Stoneware", Quantity: "2", UOM: "each", UnitPrice: "34.00", Total: commerce.Minor(6800)},
		{Position: 2, ExternalID: "4002", Title: "Soap", Quantity: "1", UOM: "each", UnitPrice: "9.00", Total: commerce.Minor(900)},
	}
	if o.Number != "9001" || o.Currency != "CAD" || o.Placed.At.String() != "2026-09-03T04:00:00Z" || o.Shipping != commerce.Minor(800) || !slices.Equal(o.Lines, want) || o.Financial != order.Paid || o.Total.Stated || o.Discount.Stated {
		t.Errorf("got %s", dump(records))
	}
}

func TestSharedTikTokSample(t *testing.T) {
	opt := answers()
	opt.Currency = "MYR"
	rec, records := sharedRecords(t, "tiktok-shop-orders-bom-description-row.csv", "tiktok.orders", opt)
	if !rec.BOM || rec.Rows != 3 || rec.DateOrder != "dmy" || len(records) != 2 || !strings.Contains(strings.Join(rec.Reasons, " "), "describes the columns") {
		t.Fatalf("got %+v", rec)
	}
	o := records[0].Order
	ship, _ := o.Party(order.ShipTo)
	buyer, _ := o.Party(order.Buyer)
	if o.Number != "584690000000000001" || len(o.Lines) != 2 || o.Lines[0].SKU != "PLUSH-1" || o.Lines[1].SKU != "PLUSH-2" || o.Lines[0].ExternalID != "" || o.Lines[1].ExternalID != "" ||
		records[1].Order.Lines[0].ExternalID != "1730000000000000001" {
		t.Errorf("got %s", dump(records))
	}
	if o.Total != commerce.Minor(12330) || o.Shipping != commerce.Minor(500) || o.Lines[0].Total != commerce.Minor(13000) || o.Lines[0].Discount != commerce.Minor(1170) || o.Financial != order.Paid || o.Fulfillment != order.Unfulfilled ||
		o.Placed.At.String() != "2026-06-25T17:03:57Z" || ship.Name != "S***" || ship.Phone != "(+60)1****00" || buyer.Name != "i***sample" || records[1].Order.Stage() != order.Cancelled {
		t.Errorf("got %s", dump(records))
	}
}

func TestSharedWalmartSample(t *testing.T) {
	_, records := sharedRecords(t, "walmart-orders.csv", "walmart.orders", answers())
	o := records[0].Order
	ship, _ := o.Party(order.ShipTo)
	want := order.Line{Position: 1, ExternalID: "1", SKU: "WID-L", Title: "Widget", Quantity: "1", UOM: "each", UnitPrice: "19.99", Tax: commerce.Minor(165), Shipping: commerce.Minor(0), Fulfillment: order.Unfulfilled}
	if len(records) != 1 || o.Number != "100000000000001" || !slices.Equal(o.Lines, []order.Line{want}) || ship.Line1 != "1 Test St" || ship.City != "Bentonville" || ship.PostalCode != "72712" || o.Fulfillment != order.Unfulfilled || o.Total.Stated {
		t.Errorf("got %s", dump(records))
	}
}

// The real Square file states no ids: each payment is kept apart and says so; money and dates are read all the same.
func TestSharedSquareTransactions(t *testing.T) {
	src := file(shared(t, "square-transactions-2018.csv"))
	rec := recognise(t, src)
	records := readAs(t, src, rec, answers())
	if len(rec.Columns) != 44 || len(rec.UnknownColumns) > 0 || rec.DateOrder != "mdy" || !rec.CurrencyNeeded || len(records) != 4 {
		t.Fatalf("got %+v", rec)
	}
	o := records[0].Order
	if o.Total != commerce.Minor(114900) || o.Subtotal != commerce.Minor(114900) || o.Discount != commerce.Minor(0) || o.PaymentMethod != "Card" || o.Financial != order.Paid ||
		o.Placed.At.String() != "2018-12-27T05:00:00Z" || o.Placed.Precision != commerce.PrecisionDay || codes(records[0].Problems) != "number_missing" {
		t.Errorf("got %s", dump(records))
	}
}
