package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"tradepost/backend/tabular/job"
	"tradepost/backend/transport"
)

// Server is an SFTP or mail server with the account used there. What is secret is never given out.
type Server struct {
	ID          string  `json:"id"`
	ETag        string  `json:"etag"`
	Kind        string  `json:"kind" enum:"sftp,mail"`
	Name        string  `json:"name"`
	Host        string  `json:"host"`
	Port        int     `json:"port" doc:"0 is the usual one."`
	User        string  `json:"user"`
	Folder      string  `json:"folder"`
	Security    string  `json:"security" enum:"starttls,tls,none,ssh"`
	From        string  `json:"from"`
	HasPassword bool    `json:"has_password"`
	HasKey      bool    `json:"has_key"`
	Fingerprint string  `json:"fingerprint" doc:"Of the pinned host key; empty before the first contact."`
	CheckedAt   *string `json:"checked_at"`
	State       string  `json:"state" enum:"fine,waiting,needs_you"`
	Words       string  `json:"words"`
	Remedy      string  `json:"remedy"`
}

type serverList struct {
	Servers []Server `json:"servers"`
}

// ServerDraft is a server as a person states it. Of the secrets, what is left out stays, and what is empty is removed.
type ServerDraft struct {
	Kind       string  `json:"kind" enum:"sftp,mail"`
	Name       string  `json:"name,omitempty" maxLength:"120"`
	Host       string  `json:"host"`
	Port       int     `json:"port,omitempty" minimum:"0" maximum:"65535"`
	User       string  `json:"user,omitempty"`
	Folder     string  `json:"folder,omitempty"`
	Security   string  `json:"security,omitempty" enum:"starttls,tls,none"`
	From       string  `json:"from,omitempty"`
	Password   *string `json:"password,omitempty" writeOnly:"true"`
	PrivateKey *string `json:"private_key,omitempty" writeOnly:"true"`
	Passphrase *string `json:"passphrase,omitempty" writeOnly:"true"`
}

func (d ServerDraft) server() job.Server {
	return job.Server{Kind: d.Kind, Name: d.Name, Config: job.ServerConfig{Host: d.Host, Port: d.Port, User: d.User, Folder: d.Folder, Security: d.Security, From: d.From}}
}

func (d ServerDraft) secrets() job.ServerSecrets {
	return job.ServerSecrets{Password: d.Password, PrivateKey: d.PrivateKey, Passphrase: d.Passphrase}
}

func (s *server) registerServers(spec huma.API) {
	const tag, path = "Servers", "/api/v1/servers"
	get(spec, path, about{"list-servers", "SFTP and mail servers", tag, "schedules:read"}, s.servers)
	post(spec, path, http.StatusCreated, about{"add-server", "Add an SFTP or mail server", tag, "schedules:write"}, s.addServer)
	get(spec, path+"/{id}", about{"get-server", "One server", tag, "schedules:read"}, s.serverByID)
	on(spec, http.MethodPut, path+"/{id}", http.StatusOK, about{"change-server", "Change a server; secrets that are left out stay", tag, "schedules:write"}, s.changeServer)
	remove(spec, path+"/{id}", about{"remove-server", "Remove a server and its secrets", tag, "schedules:write"}, s.removeServer)
	post(spec, path+"/{id}/test", http.StatusOK, about{"test-server", "Sign in, and on SFTP read and write the folder", tag, "schedules:write"}, s.testServer)
	post(spec, path+"/{id}/forget-host", http.StatusOK, about{"forget-host", "Take the host key that the server shows next", tag, "schedules:write"}, s.forgetHost)
}

func (s *server) serverOf(ctx context.Context, one job.Server) (Server, error) {
	body := Server{ID: idText(one.ID), ETag: idText(one.Seq), Kind: one.Kind, Name: one.Name, Host: one.Config.Host, Port: one.Config.Port, User: one.Config.User,
		Folder: one.Config.Folder, Security: or(one.Config.Security, "ssh"), From: one.Config.From, Fingerprint: transport.Fingerprint(one.HostKey),
		CheckedAt: when(one.CheckedAt), State: "fine", Words: "Answered well."}
	switch {
	case one.Problem != nil:
		body.State, body.Words, body.Remedy = "needs_you", one.Problem.Message, one.Problem.Remedy
	case one.CheckedAt == 0:
		body.State, body.Words = "waiting", "Not tried yet."
	}
	password, privateKey, _ := job.SecretNames(one.ID)
	var err error
	if body.HasPassword, err = s.Secrets.Has(ctx, password); err != nil {
		return body, err
	}
	body.HasKey, err = s.Secrets.Has(ctx, privateKey)
	return body, err
}

func (s *server) servers(ctx context.Context, _ *none) (*reply[serverList], error) {
	all, err := s.Store.Servers(ctx)
	body := serverList{Servers: []Server{}}
	for _, one := range all {
		shown, err := s.serverOf(ctx, one)
		if err != nil {
			return nil, err
		}
		body.Servers = append(body.Servers, shown)
	}
	return ok(body, err)
}

func (s *server) serverByID(ctx context.Context, in *ByID) (*reply[Server], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	one, err := s.Store.Server(ctx, id)
	if err != nil {
		return nil, err
	}
	return ok(s.serverOf(ctx, one))
}

func (s *server) addServer(ctx context.Context, in *struct{ Body ServerDraft }) (*reply[Server], error) {
	one, err := s.Jobs.AddServer(ctx, in.Body.server(), in.Body.secrets())
	if err != nil {
		return nil, err
	}
	return ok(s.serverOf(ctx, one))
}

func (s *server) changeServer(ctx context.Context, in *struct {
	Versioned
	Body ServerDraft
}) (*reply[Server], error) {
	id, seq, err := in.parse()
	if err != nil {
		return nil, err
	}
	was, err := s.Store.Server(ctx, id)
	if err != nil {
		return nil, err
	}
	one := in.Body.server()
	one.ID, one.Kind, one.HostKey = id, was.Kind, was.HostKey
	if err := s.Jobs.ReviseServer(ctx, one, in.Body.secrets(), seq); err != nil {
		return nil, err
	}
	return s.serverByID(ctx, &ByID{in.ID})
}

func (s *server) removeServer(ctx context.Context, in *ByID) (*none, error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	return nil, s.Jobs.DeleteServer(ctx, id)
}

// testServer answers with the server as it stands then; trouble is in its words, not in the status.
func (s *server) testServer(ctx context.Context, in *struct {
	ByID
	Body struct {
		Folder string `json:"folder,omitempty" doc:"SFTP: a folder below the account's."`
	}
}) (*reply[Server], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	trouble := s.Jobs.TestServer(ctx, id, in.Body.Folder)
	body, err := s.serverByID(ctx, &ByID{in.ID})
	if err == nil && trouble != nil {
		p := problemOf(trouble)
		body.Body.State, body.Body.Words, body.Body.Remedy = "needs_you", p.Detail, p.Remedy
	}
	return body, err
}

func (s *server) forgetHost(ctx context.Context, in *ByID) (*reply[Server], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	if err := s.Jobs.ForgetHost(ctx, id); err != nil {
		return nil, err
	}
	return s.serverByID(ctx, in)
}
