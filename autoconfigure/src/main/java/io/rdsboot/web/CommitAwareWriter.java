package io.rdsboot.web;

import java.io.PrintWriter;
import java.io.Writer;

/**
 * Body of a response as characters, which tells the response before it commits it.
 */
final class CommitAwareWriter extends Writer {

	/**
	 * As many as UTF-8 needs for one {@code char}.
	 */
	private static final long MAXIMUM_BYTES_PER_CHARACTER = 3;

	private final PrintWriter delegate;

	private final ConsistencyTokenResponse response;

	CommitAwareWriter(PrintWriter delegate, ConsistencyTokenResponse response) {
		this.delegate = delegate;
		this.response = response;
	}

	@Override
	public void write(char[] characters, int offset, int length) {
		this.response.writing(length * MAXIMUM_BYTES_PER_CHARACTER);
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
