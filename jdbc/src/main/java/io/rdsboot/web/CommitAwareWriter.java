package io.rdsboot.web;

import java.io.PrintWriter;
import java.io.Writer;

/**
 * Body of a response as characters, which tells the response before anything that may
 * commit it.
 */
final class CommitAwareWriter extends Writer {

	private final PrintWriter delegate;

	private final ConsistencyTokenResponse response;

	CommitAwareWriter(PrintWriter delegate, ConsistencyTokenResponse response) {
		this.delegate = delegate;
		this.response = response;
	}

	@Override
	public void write(char[] characters, int offset, int length) {
		this.response.addToken();
		this.delegate.write(characters, offset, length);
	}

	@Override
	public void flush() {
		this.response.addToken();
		this.delegate.flush();
	}

	@Override
	public void close() {
		this.response.addToken();
		this.delegate.close();
	}

}
