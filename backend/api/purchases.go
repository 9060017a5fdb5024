package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/inventory"
	"tradepost/backend/purchasing"
)

type purchaseStore interface {
	Purchases(ctx context.Context, state purchasing.State, supplierID, before int64, limit int) ([]purchasing.Order, error)
	Purchase(ctx context.Context, id int64) (purchasing.Order, error)
	PurchaseByNumber(ctx context.Context, number string) (int64, error)
	DraftPurchase(ctx context.Context, o purchasing.Order) (purchasing.Order, error)
	EditPurchase(ctx context.Context, id, version int64, edit func(*purchasing.Order)) (purchasing.Order, error)
	OrderPurchase(ctx context.Context, id, version int64) (purchasing.Order, error)
	ReceivePurchase(ctx context.Context, a purchasing.Arrival) (purchasing.Order, int64, error)
	UndoReceipt(ctx context.Context, orderID, receiptID int64) (purchasing.Order, error)
	ChargeReceipt(ctx context.Context, orderID, receiptID int64, charges []purchasing.Charge) (purchasing.Order, error)
	EndPurchase(ctx context.Context, id, version int64, how purchasing.State, reason string) (purchasing.Order, error)
	ReopenPurchase(ctx context.Context, id, version int64) (purchasing.Order, error)
	DeletePurchase(ctx context.Context, id int64) error
	StockCurrency(ctx context.Context) (commerce.Currency, error)
}

// Purchase is a purchase order.
type Purchase struct {
	ID            string            `json:"id"`
	ETag          string            `json:"etag"`
	Number        string            `json:"number"`
	Supplier      string            `json:"supplier"`
	SupplierName  string            `json:"supplier_name"`
	Location      string            `json:"location" doc:"Where its goods go."`
	State         string            `json:"state" enum:"draft,ordered,partially_received,received,closed,cancelled"`
	Currency      string            `json:"currency"`
	Total         *string           `json:"total" doc:"null where a line has no price."`
	Rate          *commerce.Decimal `json:"rate" doc:"Of the currency in which stock is valued, for one of this."`
	StockCurrency *string           `json:"stock_currency" doc:"In which what came in is valued; null until goods first come in."`
	Least         *string           `json:"least" doc:"What is missing to the least worth of an order that the supplier takes."`
	ExpectedAt    *string           `json:"expected_at"`
	Note          *string           `json:"note"`
	Reason        *string           `json:"reason" doc:"Why it was closed or cancelled."`
	CreatedAt     *string           `json:"created_at"`
	OrderedAt     *string           `json:"ordered_at"`
	EndedAt       *string           `json:"ended_at"`
	Lines         []PurchaseLine    `json:"lines"`
	Receipts      []PurchaseReceipt `json:"receipts" doc:"What came in, the oldest first; of one order alone."`
}

// PurchaseLine is so much of a variant. Quantities are units; price is for one pack.
type PurchaseLine struct {
	ID       string            `json:"id"`
	Variant  string            `json:"variant"`
	SKU      string            `json:"sku"`
	Title    string            `json:"title"`
	Code     *string           `json:"code" doc:"What the supplier calls it."`
	Pack     commerce.Decimal  `json:"pack" doc:"Units in one pack."`
	Packs    *commerce.Decimal `json:"packs" doc:"null where the units are no whole packs."`
	Quantity commerce.Decimal  `json:"quantity"`
	Received commerce.Decimal  `json:"received"`
	Open     commerce.Decimal  `json:"open"`
	Price    *commerce.Decimal `json:"price"`
	Total    *string           `json:"total"`
	Reason   *string           `json:"reason" doc:"Why Tradepost proposed it."`
}

// PurchaseReceipt is what came in at once. Costs are in the currency in which stock is valued.
type PurchaseReceipt struct {
	ID         string                `json:"id"`
	Run        string                `json:"run"`
	ReceivedAt *string               `json:"received_at"`
	Note       *string               `json:"note"`
	Undone     bool                  `json:"undone"`
	Lines      []PurchaseReceiptLine `json:"lines"`
	Charges    []PurchaseCharge      `json:"charges"`
}

// PurchaseReceiptLine is what came of a line, and what it cost.
type PurchaseReceiptLine struct {
	Line     string           `json:"line"`
	Variant  string           `json:"variant"`
	SKU      string           `json:"sku"`
	Quantity commerce.Decimal `json:"quantity"`
	Goods    *string          `json:"goods"`
	Landed   *string          `json:"landed" doc:"Its share of the charges."`
}

// PurchaseCharge is freight, duty and the like, in the currency in which stock is valued.
type PurchaseCharge struct {
	Name   string `json:"name"`
	Amount string `json:"amount"`
	Basis  string `json:"basis" enum:"value,quantity,weight" doc:"By what it is shared over the lines."`
}

type purchaseList struct {
	Purchases []Purchase `json:"purchases"`
	Next      *string    `json:"next"`
}

// PurchaseLineWanted is a line of a draft. What is left out is taken from how the supplier sells the variant.
type PurchaseLineWanted struct {
	Variant  string `json:"variant,omitempty" doc:"Its id, or give the SKU."`
	SKU      string `json:"sku,omitempty"`
	Packs    int64  `json:"packs,omitempty" minimum:"0" doc:"How many packs; or give units."`
	Quantity string `json:"quantity,omitempty" doc:"How many units."`
	Pack     string `json:"pack,omitempty" doc:"Units in one pack."`
	Price    string `json:"price,omitempty" doc:"Of one pack."`
	Code     string `json:"code,omitempty"`
	Reason   string `json:"reason,omitempty"`
}

func (s *server) registerPurchases(spec huma.API) {
	const tag, read, write = "Purchasing", "purchases:read", "purchases:write"
	get(spec, "/api/v1/purchases", about{"list-purchases", "Purchase orders, newest first", tag, read}, s.purchases)
	post(spec, "/api/v1/purchases", http.StatusCreated, about{"draft-purchase", "Draft a purchase order", tag, write}, s.draftPurchase)
	get(spec, "/api/v1/purchases/{id}", about{"get-purchase", "A purchase order with what came of it", tag, read}, s.purchase)
	patch(spec, "/api/v1/purchases/{id}", about{"change-purchase", "Change a purchase order", tag, write}, s.changePurchase)
	remove(spec, "/api/v1/purchases/{id}", about{"remove-purchase", "Remove a draft", tag, write}, s.removePurchase)
	post(spec, "/api/v1/purchases/{id}/order", http.StatusOK, about{"order-purchase", "Note that a draft was ordered", tag, write}, s.orderPurchase)
	post(spec, "/api/v1/purchases/{id}/receive", http.StatusOK, about{"receive-purchase", "Take in what came", tag, write}, s.receivePurchase)
	post(spec, "/api/v1/purchases/{id}/close", http.StatusOK, about{"close-purchase", "The rest is not awaited any more", tag, write}, s.closePurchase)
	post(spec, "/api/v1/purchases/{id}/cancel", http.StatusOK, about{"cancel-purchase", "Cancel an order of which nothing came", tag, write}, s.cancelPurchase)
	post(spec, "/api/v1/purchases/{id}/reopen", http.StatusOK, about{"reopen-purchase", "Take the end of an order back", tag, write}, s.reopenPurchase)
	post(spec, "/api/v1/purchases/{id}/receipts/{receipt}/undo", http.StatusOK, about{"undo-receipt", "Take a receipt back", tag, write}, s.undoReceipt)
	post(spec, "/api/v1/purchases/{id}/receipts/{receipt}/charges", http.StatusOK, about{"charge-receipt", "Say anew what bringing a receipt here cost", tag, write}, s.chargeReceipt)
}

func purchaseBody(o purchasing.Order, currency commerce.Currency) Purchase {
	exponent := o.Currency
	body := Purchase{ID: idText(o.ID), ETag: idText(o.Version), Number: o.Number, Supplier: idText(o.SupplierID), SupplierName: o.Supplier, Location: o.Location,
		State: string(o.State()), Currency: string(o.Currency), Total: money(o.Total(), exponent), Rate: optionalDecimal(o.Rate), StockCurrency: optionalText(string(currency)),
		ExpectedAt: when(o.ExpectedAt), Note: optionalText(o.Note), Reason: optionalText(o.Reason), CreatedAt: when(o.CreatedAt), OrderedAt: when(o.OrderedAt),
		EndedAt: when(o.EndedAt), Lines: []PurchaseLine{}, Receipts: []PurchaseReceipt{}}
	for _, l := range o.Lines {
		body.Lines = append(body.Lines, PurchaseLine{idText(l.ID), idText(l.VariantID), l.SKU, l.Title, optionalText(l.Code), l.Pack.Decimal(), optionalDecimal(l.Packs()),
			l.Quantity.Decimal(), l.Received.Decimal(), l.Open().Decimal(), optionalDecimal(l.Price), money(l.Costs(l.Quantity, "", exponent.Exponent()), exponent), optionalText(l.Reason)})
	}
	for _, r := range o.Receipts {
		body.Receipts = append(body.Receipts, receiptBody(r, currency))
	}
	return body
}

func receiptBody(r purchasing.Receipt, currency commerce.Currency) PurchaseReceipt {
	body := PurchaseReceipt{ID: idText(r.ID), Run: idText(r.RunID), ReceivedAt: when(r.ReceivedAt), Note: optionalText(r.Note), Undone: r.UndoneRun != 0,
		Lines: []PurchaseReceiptLine{}, Charges: []PurchaseCharge{}}
	for _, l := range r.Lines {
		body.Lines = append(body.Lines, PurchaseReceiptLine{idText(l.LineID), idText(l.VariantID), l.SKU, l.Quantity.Decimal(), money(l.Goods, currency), money(l.Landed, currency)})
	}
	for _, c := range r.Charges {
		body.Charges = append(body.Charges, PurchaseCharge{c.Name, commerce.Minor(c.Amount).Decimal(currency.Exponent()), string(c.Basis)})
	}
	return body
}

func (s *server) purchases(ctx context.Context, in *struct {
	Paged
	State    string `query:"state" enum:"draft,ordered,partially_received,received,closed,cancelled,open,awaited" doc:"open: drafts, and what something is awaited of."`
	Supplier string `query:"supplier" doc:"The supplier's id."`
	Number   string `query:"number" doc:"The one with exactly this number."`
}) (*reply[purchaseList], error) {
	currency, err := s.Store.StockCurrency(ctx)
	if err != nil {
		return nil, err
	}
	if in.Number != "" {
		return s.numbered(ctx, in.Number, currency)
	}
	before, err := in.before()
	if err != nil {
		return nil, err
	}
	var supplier int64
	if in.Supplier != "" {
		if supplier, err = parseID(in.Supplier); err != nil {
			return nil, err
		}
	}
	all, err := s.Store.Purchases(ctx, purchasing.State(in.State), supplier, before, in.Limit)
	body := purchaseList{Purchases: []Purchase{}}
	for _, o := range all {
		body.Purchases = append(body.Purchases, purchaseBody(o, currency))
		body.Next = nextID(len(all) == in.Limit, o.ID)
	}
	return ok(body, err)
}

func (s *server) numbered(ctx context.Context, number string, currency commerce.Currency) (*reply[purchaseList], error) {
	id, err := s.Store.PurchaseByNumber(ctx, number)
	if err != nil {
		return nil, err
	}
	o, err := s.Store.Purchase(ctx, id)
	return ok(purchaseList{Purchases: []Purchase{purchaseBody(o, currency)}}, err)
}

// purchased is the answer of one order.
func (s *server) purchased(ctx context.Context, o purchasing.Order, err error) (*reply[Purchase], error) {
	if err != nil {
		return nil, err
	}
	currency, err := s.Store.StockCurrency(ctx)
	if err != nil {
		return nil, err
	}
	body := purchaseBody(o, currency)
	supplier, err := s.Store.Supplier(ctx, o.SupplierID)
	if total := o.Total(); total.Stated && supplier.Minimum.Stated && supplier.Currency == o.Currency && total.Minor < supplier.Minimum.Minor {
		body.Least = money(commerce.Minor(supplier.Minimum.Minor-total.Minor), o.Currency)
	}
	return ok(body, err)
}

func (s *server) purchase(ctx context.Context, in *ByID) (*reply[Purchase], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	o, err := s.Store.Purchase(ctx, id)
	return s.purchased(ctx, o, err)
}

func (s *server) draftPurchase(ctx context.Context, in *struct {
	Body struct {
		Supplier   string               `json:"supplier" doc:"Its id."`
		Location   string               `json:"location,omitempty" doc:"The id of where its goods go; blank is the first of our own."`
		ExpectedAt string               `json:"expected_at,omitempty"`
		Rate       string               `json:"rate,omitempty"`
		Note       string               `json:"note,omitempty" maxLength:"2000"`
		Lines      []PurchaseLineWanted `json:"lines" nullable:"false"`
	}
}) (*reply[Purchase], error) {
	supplier, err := parseID(in.Body.Supplier)
	if err != nil {
		return nil, err
	}
	o := purchasing.Order{SupplierID: supplier, Note: in.Body.Note}
	if in.Body.Location != "" {
		if o.LocationID, err = parseID(in.Body.Location); err != nil {
			return nil, err
		}
	}
	if o.ExpectedAt, err = s.instantOf(in.Body.ExpectedAt, "expected_at"); err != nil {
		return nil, err
	}
	if o.Rate, err = decimalOf(in.Body.Rate, "rate"); err != nil {
		return nil, err
	}
	if o.Lines, err = s.wantedLines(ctx, in.Body.Lines); err != nil {
		return nil, err
	}
	o, err = s.Store.DraftPurchase(ctx, o)
	return s.purchased(ctx, o, err)
}

func (s *server) wantedLines(ctx context.Context, wanted []PurchaseLineWanted) ([]purchasing.Line, error) {
	lines := []purchasing.Line{}
	for _, w := range wanted {
		l := purchasing.Line{Want: w.Packs, Code: w.Code, Reason: w.Reason}
		var err error
		if l.VariantID, err = s.variantOf(ctx, w.Variant, w.SKU); err != nil {
			return nil, err
		}
		for into, text := range map[*inventory.Quantity]string{&l.Pack: w.Pack, &l.Quantity: w.Quantity} {
			if text != "" {
				if *into, err = quantityOf(text, "lines"); err != nil {
					return nil, err
				}
			}
		}
		if l.Price, err = decimalOf(w.Price, "lines"); err != nil {
			return nil, err
		}
		lines = append(lines, l)
	}
	return lines, nil
}

func (s *server) changePurchase(ctx context.Context, in *struct {
	Versioned
	Body struct {
		Supplier   *string              `json:"supplier,omitempty" doc:"Of a draft."`
		Location   *string              `json:"location,omitempty" doc:"Of a draft."`
		ExpectedAt *string              `json:"expected_at,omitempty" doc:"Blank is not known."`
		Rate       *string              `json:"rate,omitempty"`
		Note       *string              `json:"note,omitempty" maxLength:"2000"`
		Lines      []PurchaseLineWanted `json:"lines,omitempty" nullable:"false" doc:"All lines of a draft, in place of those that it has."`
	}
}) (*reply[Purchase], error) {
	id, version, err := in.parse()
	if err != nil {
		return nil, err
	}
	change := purchasing.Order{}
	if in.Body.Supplier != nil {
		if change.SupplierID, err = parseID(*in.Body.Supplier); err != nil {
			return nil, err
		}
	}
	if in.Body.Location != nil {
		if change.LocationID, err = parseID(*in.Body.Location); err != nil {
			return nil, err
		}
	}
	if in.Body.ExpectedAt != nil {
		if change.ExpectedAt, err = s.instantOf(*in.Body.ExpectedAt, "expected_at"); err != nil {
			return nil, err
		}
	}
	if in.Body.Rate != nil {
		if change.Rate, err = decimalOf(*in.Body.Rate, "rate"); err != nil {
			return nil, err
		}
	}
	if in.Body.Lines != nil {
		if change.Lines, err = s.wantedLines(ctx, in.Body.Lines); err != nil {
			return nil, err
		}
	}
	o, err := s.Store.EditPurchase(ctx, id, version, func(o *purchasing.Order) {
		lay(map[*string]*string{&o.Note: in.Body.Note})
		if in.Body.Supplier != nil {
			o.SupplierID = change.SupplierID
		}
		if in.Body.Location != nil {
			o.LocationID = change.LocationID
		}
		if in.Body.ExpectedAt != nil {
			o.ExpectedAt = change.ExpectedAt
		}
		if in.Body.Rate != nil {
			o.Rate = change.Rate
		}
		o.Lines = change.Lines
	})
	return s.purchased(ctx, o, err)
}

func (s *server) removePurchase(ctx context.Context, in *ByID) (*none, error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	return nil, s.Store.DeletePurchase(ctx, id)
}

func (s *server) orderPurchase(ctx context.Context, in *Versioned) (*reply[Purchase], error) {
	id, version, err := in.parse()
	if err != nil {
		return nil, err
	}
	o, err := s.Store.OrderPurchase(ctx, id, version)
	return s.purchased(ctx, o, err)
}

// PurchaseCame is what came of a line.
type PurchaseCame struct {
	Line     string `json:"line,omitempty" doc:"The line's id, or give the SKU."`
	SKU      string `json:"sku,omitempty"`
	Quantity string `json:"quantity" doc:"Units."`
}

func (s *server) receivePurchase(ctx context.Context, in *struct {
	Versioned
	Body struct {
		At      string           `json:"at,omitempty" doc:"When it came; blank is now."`
		Lines   []PurchaseCame   `json:"lines,omitempty" nullable:"false" doc:"What came; none is all that is awaited."`
		Charges []PurchaseCharge `json:"charges,omitempty" nullable:"false"`
		Rate    string           `json:"rate,omitempty" doc:"Of the currency in which stock is valued, for one of the order's."`
		Note    string           `json:"note,omitempty" maxLength:"2000"`
		Over    bool             `json:"over,omitempty" doc:"More came than was ordered, and that is right."`
		Start   bool             `json:"start,omitempty" doc:"What is not tracked at the location is from now on, with nothing there before."`
	}
}) (*reply[Purchase], error) {
	id, version, err := in.parse()
	if err != nil {
		return nil, err
	}
	a := purchasing.Arrival{OrderID: id, Version: version, Over: in.Body.Over, Start: in.Body.Start, Note: in.Body.Note}
	if a.At, err = s.instantOf(in.Body.At, "at"); err != nil {
		return nil, err
	}
	if a.Rate, err = decimalOf(in.Body.Rate, "rate"); err != nil {
		return nil, err
	}
	o, err := s.Store.Purchase(ctx, id)
	if err != nil {
		return nil, err
	}
	if a.Lines, err = cameOf(o, in.Body.Lines); err != nil {
		return nil, err
	}
	if a.Charges, err = s.chargesOf(ctx, in.Body.Charges, o.Currency); err != nil {
		return nil, err
	}
	o, _, err = s.Store.ReceivePurchase(ctx, a)
	return s.purchased(ctx, o, err)
}

// cameOf finds the lines of what came: those of a SKU take it in their order, the last of them what is over.
func cameOf(o purchasing.Order, said []PurchaseCame) (all []purchasing.Came, err error) {
	for _, c := range said {
		q, err := quantityOf(c.Quantity, "lines")
		if err != nil {
			return nil, err
		}
		if c.Line != "" {
			id, err := parseID(c.Line)
			if err != nil {
				return nil, err
			}
			all = append(all, purchasing.Came{LineID: id, Quantity: q})
			continue
		}
		came := o.BySKU(c.SKU, q)
		if came == nil {
			return nil, fault.New(fault.Invalid, o.Number+" has no line of "+c.SKU+".", "Look at the order's lines.").InField("lines")
		}
		all = append(all, came...)
	}
	return all, nil
}

// chargesOf reads charges, in the currency in which stock is valued, or will be: that of the order.
func (s *server) chargesOf(ctx context.Context, said []PurchaseCharge, otherwise commerce.Currency) (all []purchasing.Charge, err error) {
	currency, err := s.Store.StockCurrency(ctx)
	if currency == "" {
		currency = otherwise
	}
	for _, c := range said {
		if err != nil {
			return nil, err
		}
		var a commerce.Amount
		a, err = amountIn(c.Amount, currency, "charges")
		all = append(all, purchasing.Charge{Name: c.Name, Amount: a.Minor, Basis: purchasing.Basis(c.Basis)})
	}
	return all, err
}

type ending struct {
	Versioned
	Body struct {
		Reason string `json:"reason,omitempty" maxLength:"500"`
	}
}

func (s *server) closePurchase(ctx context.Context, in *ending) (*reply[Purchase], error) {
	return s.endPurchase(ctx, in, purchasing.Closed)
}

func (s *server) cancelPurchase(ctx context.Context, in *ending) (*reply[Purchase], error) {
	return s.endPurchase(ctx, in, purchasing.Cancelled)
}

func (s *server) endPurchase(ctx context.Context, in *ending, how purchasing.State) (*reply[Purchase], error) {
	id, version, err := in.parse()
	if err != nil {
		return nil, err
	}
	o, err := s.Store.EndPurchase(ctx, id, version, how, in.Body.Reason)
	return s.purchased(ctx, o, err)
}

func (s *server) reopenPurchase(ctx context.Context, in *Versioned) (*reply[Purchase], error) {
	id, version, err := in.parse()
	if err != nil {
		return nil, err
	}
	o, err := s.Store.ReopenPurchase(ctx, id, version)
	return s.purchased(ctx, o, err)
}

// OfReceipt is the input of an operation on one receipt.
type OfReceipt struct {
	ByID
	Receipt string `path:"receipt" doc:"The receipt's id."`
}

func (r OfReceipt) parse() (order, receipt int64, err error) {
	if order, err = parseID(r.ID); err == nil {
		receipt, err = parseID(r.Receipt)
	}
	return order, receipt, err
}

func (s *server) undoReceipt(ctx context.Context, in *OfReceipt) (*reply[Purchase], error) {
	order, receipt, err := in.parse()
	if err != nil {
		return nil, err
	}
	o, err := s.Store.UndoReceipt(ctx, order, receipt)
	return s.purchased(ctx, o, err)
}

func (s *server) chargeReceipt(ctx context.Context, in *struct {
	OfReceipt
	Body struct {
		Charges []PurchaseCharge `json:"charges" nullable:"false" doc:"All of them, in place of those that it has."`
	}
}) (*reply[Purchase], error) {
	order, receipt, err := in.parse()
	if err != nil {
		return nil, err
	}
	o, err := s.Store.Purchase(ctx, order)
	if err != nil {
		return nil, err
	}
	charges, err := s.chargesOf(ctx, in.Body.Charges, o.Currency)
	if err != nil {
		return nil, err
	}
	o, err = s.Store.ChargeReceipt(ctx, order, receipt, charges)
	return s.purchased(ctx, o, err)
}
