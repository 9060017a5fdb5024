package main

import (
	"context"
	"errors"

	"tradepost/backend/cli"
	"tradepost/backend/practice"
)

// practise runs practice mode in its own folder until ctx ends; ready is called once all of it answers. With Serve it also
// has the folder's workspace open and serves its pages.
func practise(ctx context.Context, options cli.PracticeOptions, ready func(cli.Practising)) error {
	company, err := practice.Open(options.Dir, practice.Options{Speed: options.Speed})
	if err != nil {
		return err
	}
	site, err := company.Listen(options.Listen)
	if err != nil {
		return errors.Join(err, company.Close())
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	ended := make(chan error, 1)
	go func() {
		ended <- site.Run(ctx)
		stop()
	}()
	now := cli.Practising{Panel: site.Panel, Workspace: options.Dir, Vendors: site.Vendors, Storeroom: site.Storeroom}
	if options.Serve {
		err = serve(ctx, options.Dir, cli.ServeOptions{Listen: "127.0.0.1:0"}, func(url, token string) {
			now.Tradepost = &cli.Served{URL: url, Token: token}
			ready(now)
		})
		stop()
	} else {
		ready(now)
	}
	return errors.Join(err, <-ended, company.Close())
}
