package io.rdsboot.web;

import java.io.IOException;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;

/**
 * Body of a response as bytes, which tells the response before anything that may commit
 * it.
 */
final class CommitAwareOutputStream extends ServletOutputStream {

	private final ServletOutputStream delegate;

	private final ConsistencyTokenResponse response;

	CommitAwareOutputStream(ServletOutputStream delegate, ConsistencyTokenResponse response) {
		this.delegate = delegate;
		this.response = response;
	}

	@Override
	public void write(int value) throws IOException {
		this.response.addToken();
		this.delegate.write(value);
	}

	@Override
	public void write(byte[] bytes, int offset, int length) throws IOException {
		this.response.addToken();
		this.delegate.write(bytes, offset, length);
	}

	@Override
	public void flush() throws IOException {
		this.response.addToken();
		this.delegate.flush();
	}

	@Override
	public void close() throws IOException {
		this.response.addToken();
		this.delegate.close();
	}

	@Override
	public boolean isReady() {
		return this.delegate.isReady();
	}

	@Override
	public void setWriteListener(WriteListener listener) {
		this.delegate.setWriteListener(listener);
	}

}
