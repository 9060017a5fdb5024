package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"tradepost/backend/commerce"
	"tradepost/backend/customer"
	"tradepost/backend/fault"
	"tradepost/backend/inventory"
	"tradepost/backend/purchasing"
)

type supplierStore interface {
	Suppliers(ctx context.Context) ([]purchasing.Supplier, error)
	Supplier(ctx context.Context, id int64) (purchasing.Supplier, error)
	SaveSupplier(ctx context.Context, s purchasing.Supplier, version int64) (purchasing.Supplier, error)
	SupplierItems(ctx context.Context, supplierID int64) ([]purchasing.Item, error)
	SuppliersOf(ctx context.Context, variantID int64) ([]purchasing.Item, error)
	SetSupplierItem(ctx context.Context, item purchasing.Item) (purchasing.Item, error)
	RemoveSupplierItem(ctx context.Context, supplierID, variantID int64) error
}

// Supplier is whom we buy from.
type Supplier struct {
	ID       string          `json:"id"`
	ETag     string          `json:"etag"`
	Name     string          `json:"name"`
	Contact  SupplierContact `json:"contact"`
	Currency string          `json:"currency"`
	LeadDays *int            `json:"lead_days" doc:"From ordering to goods; null is not stated."`
	Minimum  *string         `json:"minimum" doc:"The least worth of an order, in the supplier's currency."`
	Note     *string         `json:"note"`
	Active   bool            `json:"active" doc:"Nothing is proposed to be ordered from one that is not."`
	Items    int             `json:"items" doc:"How many of our variants it sells."`
	Open     int             `json:"open" doc:"Orders that something is awaited of."`
}

// SupplierContact is whom to write to there.
type SupplierContact struct {
	Person     string `json:"person"`
	Email      string `json:"email"`
	Phone      string `json:"phone"`
	Line1      string `json:"line1"`
	Line2      string `json:"line2"`
	PostalCode string `json:"postal_code"`
	City       string `json:"city"`
	Region     string `json:"region"`
	Country    string `json:"country"`
}

// SupplierItem is how a supplier sells a variant: price is for one pack.
type SupplierItem struct {
	Supplier     string            `json:"supplier"`
	SupplierName string            `json:"supplier_name"`
	Currency     string            `json:"currency"`
	Variant      string            `json:"variant"`
	SKU          string            `json:"sku"`
	Title        string            `json:"title"`
	Code         *string           `json:"code" doc:"What the supplier calls it."`
	Pack         commerce.Decimal  `json:"pack" doc:"Units in one pack."`
	Price        *commerce.Decimal `json:"price" doc:"Of one pack."`
	LeastPacks   int64             `json:"least_packs"`
	Preferred    bool              `json:"preferred" doc:"The one to order it from."`
}

type supplierList struct {
	Suppliers []Supplier `json:"suppliers"`
}

type supplierItemList struct {
	Items []SupplierItem `json:"items"`
}

// SupplierChange is what is to be of a supplier; what is left out stays.
type SupplierChange struct {
	Name     *string                `json:"name,omitempty" maxLength:"200"`
	Contact  *SupplierContactChange `json:"contact,omitempty"`
	Currency *string                `json:"currency,omitempty"`
	LeadDays *int                   `json:"lead_days,omitempty" doc:"Below zero is not stated."`
	Minimum  *string                `json:"minimum,omitempty" doc:"Blank is none."`
	Note     *string                `json:"note,omitempty" maxLength:"2000"`
	Active   *bool                  `json:"active,omitempty"`
}

// SupplierContactChange is what is to be of a contact; what is left out stays.
type SupplierContactChange struct {
	Person     *string `json:"person,omitempty"`
	Email      *string `json:"email,omitempty"`
	Phone      *string `json:"phone,omitempty"`
	Line1      *string `json:"line1,omitempty"`
	Line2      *string `json:"line2,omitempty"`
	PostalCode *string `json:"postal_code,omitempty"`
	City       *string `json:"city,omitempty"`
	Region     *string `json:"region,omitempty"`
	Country    *string `json:"country,omitempty"`
}

func (s *server) registerSuppliers(spec huma.API) {
	const tag, read, write = "Purchasing", "purchases:read", "purchases:write"
	get(spec, "/api/v1/suppliers", about{"list-suppliers", "Whom we buy from", tag, read}, s.suppliers)
	post(spec, "/api/v1/suppliers", http.StatusCreated, about{"add-supplier", "Add a supplier", tag, write}, s.addSupplier)
	get(spec, "/api/v1/suppliers/{id}", about{"get-supplier", "A supplier", tag, read}, s.supplier)
	patch(spec, "/api/v1/suppliers/{id}", about{"change-supplier", "Change a supplier", tag, write}, s.changeSupplier)
	get(spec, "/api/v1/suppliers/{id}/items", about{"list-supplier-items", "What a supplier sells us", tag, read}, s.supplierItems)
	post(spec, "/api/v1/suppliers/{id}/items", http.StatusOK, about{"set-supplier-item", "Say how a supplier sells a variant", tag, write}, s.setSupplierItem)
	remove(spec, "/api/v1/suppliers/{id}/items/{variant}", about{"remove-supplier-item", "A supplier does not sell a variant any more", tag, write}, s.removeSupplierItem)
	get(spec, "/api/v1/stock/{id}/suppliers", about{"list-suppliers-of", "Who sells a variant, the one to order from first", tag, read}, s.suppliersOf)
}

func supplierBody(v purchasing.Supplier) Supplier {
	c := v.Contact
	body := Supplier{ID: idText(v.ID), ETag: idText(v.Version), Name: v.Name, Currency: string(v.Currency), Minimum: money(v.Minimum, v.Currency), Note: optionalText(v.Note),
		Active: v.Active, Items: v.Items, Open: v.Open, Contact: SupplierContact{c.Name, c.Email, c.Phone, c.Line1, c.Line2, c.PostalCode, c.City, c.Region, c.Country}}
	if v.LeadDays >= 0 {
		body.LeadDays = &v.LeadDays
	}
	return body
}

func itemBody(i purchasing.Item) SupplierItem {
	return SupplierItem{idText(i.SupplierID), i.Supplier, string(i.Currency), idText(i.VariantID), i.SKU, i.Title, optionalText(i.Code), i.Pack.Decimal(), optionalDecimal(i.Price),
		i.LeastPacks, i.Preferred}
}

// optionalDecimal is null where a number is not stated.
func optionalDecimal(d commerce.Decimal) *commerce.Decimal {
	if d == "" {
		return nil
	}
	return &d
}

func (s *server) suppliers(ctx context.Context, _ *none) (*reply[supplierList], error) {
	all, err := s.Store.Suppliers(ctx)
	body := supplierList{Suppliers: []Supplier{}}
	for _, v := range all {
		body.Suppliers = append(body.Suppliers, supplierBody(v))
	}
	return ok(body, err)
}

func (s *server) supplier(ctx context.Context, in *ByID) (*reply[Supplier], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	v, err := s.Store.Supplier(ctx, id)
	return ok(supplierBody(v), err)
}

func (s *server) addSupplier(ctx context.Context, in *struct{ Body SupplierChange }) (*reply[Supplier], error) {
	v := purchasing.Supplier{Active: true, LeadDays: -1}
	if err := in.Body.lay(&v); err != nil {
		return nil, err
	}
	v, err := s.Store.SaveSupplier(ctx, v, -1)
	return ok(supplierBody(v), err)
}

func (s *server) changeSupplier(ctx context.Context, in *struct {
	Versioned
	Body SupplierChange
}) (*reply[Supplier], error) {
	id, version, err := in.parse()
	if err != nil {
		return nil, err
	}
	v, err := s.Store.Supplier(ctx, id)
	if err != nil {
		return nil, err
	}
	if version < 0 { // what is laid over is what was read
		version = v.Version
	}
	if err := in.Body.lay(&v); err != nil {
		return nil, err
	}
	v, err = s.Store.SaveSupplier(ctx, v, version)
	return ok(supplierBody(v), err)
}

// lay puts what is stated over a supplier.
func (c SupplierChange) lay(v *purchasing.Supplier) error {
	lay(map[*string]*string{&v.Name: c.Name, &v.Note: c.Note})
	if c.Contact != nil {
		layContact(&v.Contact, *c.Contact)
	}
	if c.LeadDays != nil {
		v.LeadDays = max(*c.LeadDays, -1)
	}
	if c.Active != nil {
		v.Active = *c.Active
	}
	if c.Currency != nil {
		currency, err := currencyOf(*c.Currency, "currency")
		if err != nil {
			return err
		}
		v.Currency = currency
	}
	if c.Minimum != nil {
		minimum, err := amountIn(*c.Minimum, v.Currency, "minimum")
		if err != nil {
			return err
		}
		v.Minimum = minimum
	}
	return nil
}

func layContact(into *customer.Contact, c SupplierContactChange) {
	lay(map[*string]*string{&into.Name: c.Person, &into.Email: c.Email, &into.Phone: c.Phone, &into.Line1: c.Line1, &into.Line2: c.Line2,
		&into.PostalCode: c.PostalCode, &into.City: c.City, &into.Region: c.Region, &into.Country: c.Country})
}

// currencyOf reads a currency.
func currencyOf(text, field string) (commerce.Currency, error) {
	currency, err := commerce.ParseCurrency(text)
	if err != nil || currency == "" {
		return "", fault.New(fault.Invalid, "“"+text+"” is no currency.", "Give a three-letter code such as EUR.").InField(field)
	}
	return currency, nil
}

// amountIn reads an amount of a currency; blank is not stated.
func amountIn(text string, currency commerce.Currency, field string) (commerce.Amount, error) {
	d, err := commerce.ParseDecimal(text)
	if err == nil && d == "" {
		return commerce.Amount{}, nil
	}
	var a commerce.Amount
	if err == nil {
		a, err = commerce.AmountOf(d, currency.Exponent())
	}
	if err != nil {
		return a, fault.New(fault.Invalid, "“"+text+"” is no amount of money.", "Write it like 12.50, no finer than the currency's smallest coin.").InField(field)
	}
	return a, nil
}

// decimalOf reads an exact number; blank is not stated.
func decimalOf(text, field string) (commerce.Decimal, error) {
	d, err := commerce.ParseDecimal(text)
	if err != nil {
		return "", fault.New(fault.Invalid, "“"+text+"” is no number.", "Write it like 12.50.").InField(field)
	}
	return d, nil
}

func (s *server) supplierItems(ctx context.Context, in *ByID) (*reply[supplierItemList], error) {
	return s.items(ctx, in, s.Store.SupplierItems)
}

func (s *server) suppliersOf(ctx context.Context, in *ByID) (*reply[supplierItemList], error) {
	return s.items(ctx, in, s.Store.SuppliersOf)
}

func (s *server) items(ctx context.Context, in *ByID, read func(context.Context, int64) ([]purchasing.Item, error)) (*reply[supplierItemList], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	all, err := read(ctx, id)
	body := supplierItemList{Items: []SupplierItem{}}
	for _, i := range all {
		body.Items = append(body.Items, itemBody(i))
	}
	return ok(body, err)
}

func (s *server) setSupplierItem(ctx context.Context, in *struct {
	ByID
	Body struct {
		Variant    string `json:"variant,omitempty" doc:"Its id, or give the SKU."`
		SKU        string `json:"sku,omitempty"`
		Code       string `json:"code,omitempty" maxLength:"200" doc:"What the supplier calls it."`
		Pack       string `json:"pack,omitempty" doc:"Units in one pack; blank is 1."`
		Price      string `json:"price,omitempty" doc:"Of one pack, an exact decimal in the supplier's currency."`
		LeastPacks int64  `json:"least_packs,omitempty" doc:"The fewest packs that the supplier takes an order for; blank is 1."`
		Preferred  bool   `json:"preferred,omitempty"`
	}
}) (*reply[SupplierItem], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	item := purchasing.Item{SupplierID: id, Code: in.Body.Code, Pack: inventory.One, LeastPacks: max(in.Body.LeastPacks, 1), Preferred: in.Body.Preferred}
	if item.VariantID, err = s.variantOf(ctx, in.Body.Variant, in.Body.SKU); err != nil {
		return nil, err
	}
	if in.Body.Pack != "" {
		if item.Pack, err = quantityOf(in.Body.Pack, "pack"); err != nil {
			return nil, err
		}
	}
	if item.Price, err = decimalOf(in.Body.Price, "price"); err != nil {
		return nil, err
	}
	item, err = s.Store.SetSupplierItem(ctx, item)
	return ok(itemBody(item), err)
}

// variantOf finds a variant by its id, else by its SKU.
func (s *server) variantOf(ctx context.Context, id, sku string) (int64, error) {
	if id != "" {
		return parseID(id)
	}
	return s.Store.VariantBySKU(ctx, sku)
}

func (s *server) removeSupplierItem(ctx context.Context, in *struct {
	ByID
	Variant string `path:"variant" doc:"The variant's id."`
}) (*none, error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	variant, err := parseID(in.Variant)
	if err != nil {
		return nil, err
	}
	return &none{}, s.Store.RemoveSupplierItem(ctx, id, variant)
}
