package shopify

import (
	"encoding/json"
	"strings"

	"tradepost/backend/channel"
	"tradepost/backend/customer"
	"tradepost/backend/fault"
)

// vendorPerson is a customer, in the list and on an order.
type vendorPerson struct {
	ID        string `json:"id"`
	Name      string `json:"displayName"`
	FirstName string `json:"firstName"`
	LastName  string `json:"lastName"`
	Email     *struct {
		Address string `json:"emailAddress"`
	} `json:"defaultEmailAddress"`
	Phone *struct {
		Number string `json:"phoneNumber"`
	} `json:"defaultPhoneNumber"`
	Address *vendorAddress `json:"defaultAddress"`
}

func (p vendorPerson) email() string {
	if p.Email == nil {
		return ""
	}
	return p.Email.Address
}

func (p vendorPerson) phone() string {
	if p.Phone == nil {
		return ""
	}
	return p.Phone.Number
}

type vendorAddress struct {
	Name     string `json:"name"`
	Company  string `json:"company"`
	Line1    string `json:"address1"`
	Line2    string `json:"address2"`
	City     string `json:"city"`
	Province string `json:"province"`
	Code     string `json:"provinceCode"`
	Zip      string `json:"zip"`
	Country  string `json:"countryCodeV2"`
	Phone    string `json:"phone"`
}

// contact is empty where there is no address. The region is its code, as in the files that the admin exports.
func (a *vendorAddress) contact() customer.Contact {
	if a == nil {
		return customer.Contact{}
	}
	region := a.Code
	if region == "" {
		region = a.Province
	}
	return customer.Contact{
		Name: a.Name, Company: a.Company, Phone: a.Phone, Line1: a.Line1, Line2: a.Line2, City: a.City,
		Region: region, PostalCode: a.Zip, Country: a.Country,
	}
}

func readCustomer(raw []byte) (channel.Record, []fault.Problem) {
	var p vendorPerson
	if err := json.Unmarshal(raw, &p); err != nil {
		return channel.Record{}, []fault.Problem{unreadable(err)}
	}
	id := number(p.ID)
	if id == "" {
		return channel.Record{}, []fault.Problem{missing("id", "the customer's id")}
	}
	contact := p.Address.contact()
	if name := strings.TrimSpace(p.FirstName + " " + p.LastName); name != "" {
		contact.Name = name
	}
	if phone := p.phone(); phone != "" {
		contact.Phone = phone
	}
	contact.Email = p.email()
	values := map[string]string{"external_id": id}
	for _, field := range customer.Fields {
		if value := *field.Of(&contact); value != "" {
			values[field.Name] = value
		}
	}
	return channel.Record{Name: id, Customer: &channel.Customer{ExternalID: id, Values: values}}, nil
}
