package vendure

import (
	"encoding/json"
	"strings"

	"tradepost/backend/channel"
	"tradepost/backend/customer"
	"tradepost/backend/fault"
)

// vendorCustomer is a customer, in the list and on an order.
type vendorCustomer struct {
	ID        string            `json:"id"`
	Title     string            `json:"title"`
	FirstName string            `json:"firstName"`
	LastName  string            `json:"lastName"`
	Email     string            `json:"emailAddress"`
	Phone     string            `json:"phoneNumber"`
	Addresses []customerAddress `json:"addresses"`
}

func (c vendorCustomer) name() string {
	return strings.Join(strings.Fields(c.Title+" "+c.FirstName+" "+c.LastName), " ")
}

// vendorAddress is an address on an order; its country is told twice, as a code and in words.
type vendorAddress struct {
	FullName    string `json:"fullName"`
	Company     string `json:"company"`
	Line1       string `json:"streetLine1"`
	Line2       string `json:"streetLine2"`
	City        string `json:"city"`
	Province    string `json:"province"`
	PostalCode  string `json:"postalCode"`
	CountryCode string `json:"countryCode"`
	Phone       string `json:"phoneNumber"`
}

// contact is empty where there is no address. The country's name alone, without its code, is not an address either: Vendure
// fills it in by itself.
func (a *vendorAddress) contact() customer.Contact {
	if a == nil {
		return customer.Contact{}
	}
	return customer.Contact{
		Name: a.FullName, Company: a.Company, Phone: a.Phone, Line1: a.Line1, Line2: a.Line2, City: a.City,
		Region: a.Province, PostalCode: a.PostalCode, Country: a.CountryCode,
	}
}

// customerAddress is one in a customer's address book.
type customerAddress struct {
	vendorAddress
	CountryOf struct {
		Code string `json:"code"`
	} `json:"country"`
	ForShipping bool `json:"defaultShippingAddress"`
	ForBilling  bool `json:"defaultBillingAddress"`
}

// address is where the customer is: where they let things be sent to, else where bills go, else the first there is.
func (c vendorCustomer) address() *vendorAddress {
	best, rank := (*customerAddress)(nil), -1
	for i := range c.Addresses {
		a, now := &c.Addresses[i], 0
		switch {
		case a.ForShipping:
			now = 2
		case a.ForBilling:
			now = 1
		}
		if now > rank {
			best, rank = a, now
		}
	}
	if best == nil {
		return nil
	}
	best.CountryCode = best.CountryOf.Code
	return &best.vendorAddress
}

func readCustomer(raw []byte) (channel.Record, []fault.Problem) {
	var c vendorCustomer
	if err := json.Unmarshal(raw, &c); err != nil {
		return channel.Record{}, []fault.Problem{unreadable(err)}
	}
	if c.ID == "" {
		return channel.Record{}, []fault.Problem{missing("id", "the customer's id")}
	}
	contact := c.address().contact()
	if name := c.name(); name != "" {
		contact.Name = name
	}
	if c.Phone != "" {
		contact.Phone = c.Phone
	}
	contact.Email = c.Email
	values := map[string]string{"external_id": c.ID}
	for _, field := range customer.Fields {
		if value := *field.Of(&contact); value != "" {
			values[field.Name] = value
		}
	}
	return channel.Record{Name: c.ID, Customer: &channel.Customer{ExternalID: c.ID, Values: values}}, nil
}
