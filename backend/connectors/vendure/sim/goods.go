package sim

import (
	"slices"
	"time"
)

// variant is one thing that is sold.
type variant struct {
	id, productID, sku, name, product string
	price                             int64
	enabled, tracked                  bool
	size                              string // an option; "" is none
	created, updated                  time.Time
	levels                            []*level
}

// level is a variant's stock in one place.
type level struct {
	place             string
	onHand, allocated int
	updated           time.Time
}

func (v *variant) level(place string) *level {
	i := slices.IndexFunc(v.levels, func(l *level) bool { return l.place == place })
	if i < 0 {
		return nil
	}
	return v.levels[i]
}

func (s *Shop) variant(id string) *variant {
	i := slices.IndexFunc(s.variants, func(v *variant) bool { return v.id == id })
	if i < 0 {
		return nil
	}
	return s.variants[i]
}

// AddVariant makes a product with one variant and stock in the first place, and gives the variant's id.
func (s *Shop) AddVariant(sku, name string, price int64, stock int) string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.addVariant(sku, name, price, stock).id
}

func (s *Shop) addVariant(sku, name string, price int64, stock int) *variant {
	now := s.now()
	v := &variant{
		id: s.newID("variant"), productID: s.newID("product"), sku: sku, name: name, product: name, price: price,
		enabled: true, tracked: true, created: now, updated: now,
		levels: []*level{{place: store, onHand: stock, updated: now}, {place: attic, updated: now}},
	}
	s.variants = append(s.variants, v)
	return v
}

// Rename edits a variant as its form in the dashboard does.
func (s *Shop) Rename(id, name string) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	v := s.variant(id)
	v.name, v.sku, v.updated = name, name, s.now()
}

// Stock tells what lies in a place.
func (s *Shop) Stock(id, place string) (onHand, allocated int) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	l := s.variant(id).level(place)
	return l.onHand, l.allocated
}

// Price tells a variant's price in minor units.
func (s *Shop) Price(id string) int64 {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.variant(id).price
}

func (v *variant) asListing() any {
	options := []any{}
	if v.size != "" {
		options = append(options, object{"name": v.size, "group": object{"name": "Size"}})
	}
	track := "FALSE"
	if v.tracked {
		track = "INHERIT"
	}
	return object{
		"id": v.id, "productId": v.productID, "createdAt": told(v.created), "updatedAt": told(v.updated), "sku": v.sku, "name": v.name,
		"enabled": v.enabled, "currencyCode": "EUR", "trackInventory": track,
		"prices":  []any{object{"currencyCode": "EUR", "price": v.price}},
		"options": options, "facetValues": []any{object{"name": "Garden"}}, "featuredAsset": nil,
		"product": object{
			"id": v.productID, "name": v.product, "enabled": true, "slug": "product-" + v.productID,
			"featuredAsset": object{"preview": "https://shop.example.com/assets/" + v.productID + ".jpg"}, "facetValues": []any{},
		},
	}
}

func (v *variant) asStock() any {
	track := "FALSE"
	if v.tracked {
		track = "INHERIT"
	}
	return object{
		"id": v.id, "createdAt": told(v.created), "sku": v.sku, "trackInventory": track, "stockLevels": v.levelsTold(),
	}
}

func (v *variant) levelsTold() []any {
	levels := make([]any, 0, len(v.levels))
	for _, l := range v.levels {
		levels = append(levels, object{
			"stockLocationId": l.place, "updatedAt": told(l.updated), "stockOnHand": l.onHand, "stockAllocated": l.allocated,
		})
	}
	return levels
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
	c := &customer{
		id: s.newID("customer"), first: first, last: last, email: email, phone: "030 1234", street: "Gartenweg 3",
		city: "Berlin", zip: "10115", created: now, updated: now,
	}
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

func (c *customer) render() any {
	return object{
		"id": c.id, "createdAt": told(c.created), "updatedAt": told(c.updated), "title": nil, "firstName": c.first, "lastName": c.last,
		"emailAddress": c.email, "phoneNumber": c.phone,
		"addresses": []any{object{
			"id": c.id, "fullName": c.first + " " + c.last, "company": "", "streetLine1": c.street, "streetLine2": "", "city": c.city,
			"province": "", "postalCode": c.zip, "country": object{"code": "DE"}, "phoneNumber": "",
			"defaultShippingAddress": true, "defaultBillingAddress": true,
		}},
	}
}

func (c *customer) brief() any {
	return object{
		"id": c.id, "title": nil, "firstName": c.first, "lastName": c.last, "emailAddress": c.email, "phoneNumber": c.phone,
	}
}
