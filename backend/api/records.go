package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"tradepost/backend/catalog"
	"tradepost/backend/customer"
)

type recordStore interface {
	Items(ctx context.Context, q string, after int64, limit int) ([]catalog.Item, error)
	Customers(ctx context.Context, q string, before int64, limit int) ([]customer.Customer, error)
}

// Product is one variant with what is known of its product.
type Product struct {
	ID             string          `json:"id" doc:"The variant's id."`
	ETag           string          `json:"etag"`
	SKU            *string         `json:"sku"`
	GTIN           *string         `json:"gtin"`
	Title          string          `json:"title"`
	Options        []ProductOption `json:"options"`
	Price          *string         `json:"price"`
	CompareAtPrice *string         `json:"compare_at_price"`
	Cost           *string         `json:"cost"`
	Currency       *string         `json:"currency" doc:"Of the three amounts."`
	WeightGrams    *string         `json:"weight_grams"`
	ImageURL       *string         `json:"image_url"`
	Product        ProductOf       `json:"product"`
}

// ProductOption is one way in which variants of a product differ.
type ProductOption struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// ProductOf is the product that a variant is one of.
type ProductOf struct {
	ID          string  `json:"id"`
	Title       string  `json:"title"`
	Vendor      *string `json:"vendor"`
	Type        *string `json:"type"`
	Tags        *string `json:"tags"`
	Description *string `json:"description"`
	Status      *string `json:"status" enum:"active,draft,archived"`
}

// Customer is a person or company that buys.
type Customer struct {
	ID         string  `json:"id"`
	ETag       string  `json:"etag"`
	Name       *string `json:"name"`
	Company    *string `json:"company"`
	Email      *string `json:"email"`
	Phone      *string `json:"phone"`
	Line1      *string `json:"line1"`
	Line2      *string `json:"line2"`
	Line3      *string `json:"line3"`
	City       *string `json:"city"`
	Region     *string `json:"region"`
	PostalCode *string `json:"postal_code"`
	Country    *string `json:"country"`
	Note       *string `json:"note"`
	Orders     int     `json:"orders" doc:"Orders that name them as the buyer."`
}

type productList struct {
	Products []Product `json:"products"`
	Next     *string   `json:"next"`
}

type customerList struct {
	Customers []Customer `json:"customers"`
	Next      *string    `json:"next"`
}

// searched is the query of a list that can be narrowed by text.
type searched struct {
	Paged
	Q string `query:"q" doc:"SKUs and e-mail addresses that begin so; titles, names and telephone numbers with this in them."`
}

func (s *server) registerRecords(spec huma.API) {
	get(spec, "/api/v1/products", about{"list-products", "Variants with their products", "Catalog", "catalog:read"}, s.products)
	get(spec, "/api/v1/customers", about{"list-customers", "Customers, newest first", "Customers", "customers:read"}, s.customers)
}

func (s *server) products(ctx context.Context, in *searched) (*reply[productList], error) {
	after, err := in.before()
	if err != nil {
		return nil, err
	}
	all, err := s.Store.Items(ctx, in.Q, after, in.Limit)
	body := productList{Products: []Product{}}
	for _, i := range all {
		body.Products = append(body.Products, productOf(i))
		body.Next = nextID(len(all) == in.Limit, i.ID)
	}
	return ok(body, err)
}

func productOf(i catalog.Item) Product {
	p := i.Product
	body := Product{ID: idText(i.ID), ETag: idText(i.Version), SKU: optionalText(i.SKU), GTIN: optionalText(i.GTIN), Title: i.Title, Options: []ProductOption{},
		Price: optionalText(string(i.Price)), CompareAtPrice: optionalText(string(i.CompareAtPrice)), Cost: optionalText(string(i.Cost)),
		Currency: optionalText(string(i.Currency)), WeightGrams: optionalText(string(i.WeightGrams)), ImageURL: optionalText(i.ImageURL),
		Product: ProductOf{idText(p.ID), p.Title, optionalText(p.Vendor), optionalText(p.Type), optionalText(p.Tags), optionalText(p.Description), optionalText(p.Status)}}
	for _, o := range i.Options {
		body.Options = append(body.Options, ProductOption{o.Name, o.Value})
	}
	return body
}

func (s *server) customers(ctx context.Context, in *searched) (*reply[customerList], error) {
	before, err := in.before()
	if err != nil {
		return nil, err
	}
	all, err := s.Store.Customers(ctx, in.Q, before, in.Limit)
	body := customerList{Customers: []Customer{}}
	for _, c := range all {
		body.Customers = append(body.Customers, customerOf(c))
		body.Next = nextID(len(all) == in.Limit, c.ID)
	}
	return ok(body, err)
}

func customerOf(c customer.Customer) Customer {
	k := c.Contact
	return Customer{idText(c.ID), idText(c.Version), optionalText(k.Name), optionalText(k.Company), optionalText(k.Email), optionalText(k.Phone), optionalText(k.Line1),
		optionalText(k.Line2), optionalText(k.Line3), optionalText(k.City), optionalText(k.Region), optionalText(k.PostalCode), optionalText(k.Country),
		optionalText(k.Note), c.Orders}
}
