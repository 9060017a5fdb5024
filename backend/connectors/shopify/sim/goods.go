package sim

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"tradepost/backend/commerce"
)

// The locations where stock lies.
const (
	storeroom = "101"
	shopFloor = "102"
)

var places = []string{storeroom, shopFloor}

var placeNames = map[string]string{storeroom: "Storeroom", shopFloor: "Shop floor"}

// product is what variants are variants of.
type product struct {
	id, title, handle, status, maker, kind string
	tags                                   []string
	created, updated                       time.Time
	variants                               []*variant
}

// variant is one thing that is sold.
type variant struct {
	id, item, sku, size, barcode string
	product                      *product
	price                        int64
	tracked                      bool
	grams                        int
	created, updated             time.Time
	levels                       []*level
}

// level is a variant's stock at one location.
type level struct {
	place                string
	available, committed int
	updated              time.Time
}

func (v *variant) level(place string) *level {
	i := slices.IndexFunc(v.levels, func(l *level) bool { return l.place == place })
	if i < 0 {
		return nil
	}
	return v.levels[i]
}

// title is how lines of orders name it.
func (v *variant) title() string {
	if v.size == "" {
		return v.product.title
	}
	return v.product.title + " - " + v.size
}

func (s *Shop) variants() (all []*variant) {
	for _, p := range s.products {
		all = append(all, p.variants...)
	}
	slices.SortFunc(all, func(a, b *variant) int { return byID(a.id, b.id) })
	return all
}

func (s *Shop) variant(id string) *variant {
	for _, v := range s.variants() {
		if v.id == id {
			return v
		}
	}
	return nil
}

// AddVariant makes a product with one variant and stock in the storeroom, and gives the variant's id.
func (s *Shop) AddVariant(sku, title string, price int64, stock int) string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.addVariant(s.addProduct(title), sku, "", price, stock).id
}

func (s *Shop) addProduct(title string) *product {
	now := s.now()
	p := &product{id: s.id("product"), title: title, handle: strings.ToLower(strings.ReplaceAll(title, " ", "-")), status: "ACTIVE", maker: "Greenhouse",
		kind: "Garden", tags: []string{"Garden"}, created: now, updated: now}
	s.products = append(s.products, p)
	return p
}

func (s *Shop) addVariant(p *product, sku, size string, price int64, stock int) *variant {
	now := s.now()
	v := &variant{id: s.id("variant"), item: s.id("item"), sku: sku, size: size, product: p, price: price, tracked: true, grams: 250, created: now, updated: now,
		levels: []*level{{place: storeroom, available: stock, updated: now}}}
	p.variants = append(p.variants, v)
	return v
}

func byID(a, b string) int {
	if len(a) != len(b) {
		return len(a) - len(b)
	}
	return strings.Compare(a, b)
}

func cents(n int64) string { return commerce.Minor(n).Decimal(2) }

func (c *call) productTold(p *product) object {
	return object{"__typename": "Product", "id": gid("Product", p.id), "title": p.title, "handle": p.handle, "status": p.status, "vendor": p.maker,
		"productType": p.kind, "tags": p.tags, "onlineStoreUrl": "https://greenhouse.example/products/" + p.handle, "updatedAt": told(p.updated),
		"featuredMedia": object{"__typename": "MediaImage", "preview": object{"__typename": "MediaPreviewImage",
			"image": object{"__typename": "Image", "url": "https://cdn.greenhouse.example/" + p.id + ".jpg"}}}}
}

func (c *call) variantTold(v *variant) object {
	title, options := v.size, []object{{"__typename": "SelectedOption", "name": "Size", "value": v.size}}
	if v.size == "" {
		title, options = "Default Title", []object{{"__typename": "SelectedOption", "name": "Title", "value": "Default Title"}}
	}
	barcode := any(nil)
	if v.barcode != "" {
		barcode = v.barcode
	}
	return object{"__typename": "ProductVariant", "id": gid("ProductVariant", v.id), "title": title, "displayName": v.title(), "sku": v.sku, "barcode": barcode,
		"price": cents(v.price), "compareAtPrice": nil, "createdAt": told(v.created), "updatedAt": told(v.updated), "selectedOptions": options,
		"media": fixed("Media", nil), "product": c.productTold(v.product), "inventoryItem": resolve(func(map[string]any) (any, error) { return c.itemTold(v), nil })}
}

func (c *call) itemTold(v *variant) object {
	return object{"__typename": "InventoryItem", "id": gid("InventoryItem", v.item), "sku": v.sku, "tracked": v.tracked, "updatedAt": told(v.created),
		"measurement": object{"__typename": "InventoryItemMeasurement", "weight": object{"__typename": "Weight", "value": v.grams, "unit": "GRAMS"}},
		"variants":    list("ProductVariant", func(map[string]any) ([]object, error) { return []object{c.variantTold(v)}, nil }),
		"inventoryLevels": list("InventoryLevel", func(map[string]any) (all []object, _ error) {
			for _, l := range v.levels {
				all = append(all, c.levelTold(v, l))
			}
			return all, nil
		})}
}

func (c *call) levelTold(v *variant, l *level) object {
	id := gid("InventoryLevel", l.place) + "?inventory_item_id=" + v.item
	return object{"__typename": "InventoryLevel", "id": id, "updatedAt": told(l.updated), "location": c.placeTold(l.place),
		"item": resolve(func(map[string]any) (any, error) { return c.itemTold(v), nil }),
		"quantities": resolve(func(args map[string]any) (any, error) {
			return quantities(args["names"], map[string]int{"available": l.available, "committed": l.committed, "on_hand": l.available + l.committed, "incoming": 0})
		})}
}

func quantities(names any, have map[string]int) (any, error) {
	all := []object{}
	asked, _ := names.([]any)
	for _, name := range asked {
		text, _ := name.(string)
		n, known := have[text]
		if !known {
			return nil, &refusal{"BAD_REQUEST", fmt.Sprintf("The quantity name %q is not known", text)}
		}
		all = append(all, object{"__typename": "InventoryQuantity", "name": text, "quantity": n})
	}
	return all, nil
}

func (c *call) placeTold(place string) object {
	return object{"__typename": "Location", "id": gid("Location", place), "name": placeNames[place], "isActive": true}
}

// placeWhole is a location with what lies there.
func (c *call) placeWhole(place string) object {
	told := c.placeTold(place)
	told["inventoryLevels"] = list("InventoryLevel", func(args map[string]any) (all []object, _ error) {
		match, err := c.filter(args["query"])
		if err != nil {
			return nil, err
		}
		for _, v := range c.variants() {
			if l := v.level(place); l != nil && match(v.item, l.updated) {
				all = append(all, c.levelTold(v, l))
			}
		}
		return all, nil
	})
	return told
}

// filter reads a search: updated_at:>='2026-03-05T10:20:30Z' and id:>=7, side by side.
func (c *call) filter(query any) (func(id string, updated time.Time) bool, error) {
	text, _ := query.(string)
	var since time.Time
	var from uint64
	for _, term := range strings.Fields(text) {
		var err error
		if at, is := strings.CutPrefix(term, "updated_at:>="); is {
			since, err = time.Parse(time.RFC3339, strings.Trim(at, "'"))
		} else if id, is := strings.CutPrefix(term, "id:>="); is {
			from, err = strconv.ParseUint(id, 10, 64)
		} else {
			err = fmt.Errorf("the simulated shop does not search by %s", term)
		}
		if err != nil {
			return nil, &refusal{"BAD_REQUEST", err.Error()}
		}
	}
	return func(id string, updated time.Time) bool {
		n, _ := strconv.ParseUint(id, 10, 64)
		return n >= from && (since.IsZero() || !updated.Before(since) && c.desk.Listed(id, updated))
	}, nil
}

// customer is a person.
type customer struct {
	id, first, last, email, phone, street, city, zip string
	created, updated                                 time.Time
}

// AddCustomer makes a customer with an address and gives its id.
func (s *Shop) AddCustomer(first, last, email string) string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.addCustomer(first, last, email).id
}

func (s *Shop) addCustomer(first, last, email string) *customer {
	now := s.now()
	c := &customer{id: s.id("customer"), first: first, last: last, email: email, phone: "+49301234567", street: "Gartenweg 3", city: "Berlin", zip: "10115",
		created: now, updated: now}
	s.customers = append(s.customers, c)
	return c
}

func (s *Shop) customer(id string) *customer {
	i := slices.IndexFunc(s.customers, func(c *customer) bool { return c.id == id })
	if i < 0 {
		return nil
	}
	return s.customers[i]
}

func (c *call) customerTold(p *customer) object {
	return object{"__typename": "Customer", "id": gid("Customer", p.id), "createdAt": told(p.created), "updatedAt": told(p.updated), "firstName": c.private(p.first),
		"lastName": c.private(p.last), "displayName": p.first + " " + p.last, "note": nil, "tags": []string{},
		"defaultEmailAddress": c.privately(object{"__typename": "CustomerEmailAddress", "emailAddress": p.email}),
		"defaultPhoneNumber":  c.privately(object{"__typename": "CustomerPhoneNumber", "phoneNumber": p.phone}),
		"defaultAddress":      c.addressTold(p, ""),
	}
}

// private is a value that is null, beside an error, where buyers are hidden.
func (c *call) private(value any) resolve {
	return func(map[string]any) (any, error) {
		if !c.hidden {
			return value, nil
		}
		c.denied = append(c.denied, object{"message": "This app is not approved to use the field.", "extensions": object{"code": "ACCESS_DENIED"}})
		return nil, nil
	}
}

func (c *call) privately(value object) resolve { return c.private(value) }

// addressTold is where a person lives; door is a second line.
func (c *call) addressTold(p *customer, door string) resolve {
	second := any(nil)
	if door != "" {
		second = door
	}
	return c.private(object{"__typename": "MailingAddress", "firstName": p.first, "lastName": p.last, "name": p.first + " " + p.last, "company": nil,
		"address1": p.street, "address2": second, "city": p.city, "province": nil, "provinceCode": nil, "zip": p.zip, "countryCodeV2": "DE", "phone": p.phone})
}
