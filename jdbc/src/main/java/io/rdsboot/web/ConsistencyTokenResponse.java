package io.rdsboot.web;

import java.io.IOException;
import java.io.PrintWriter;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import org.jspecify.annotations.Nullable;

/**
 * Response that gets the token of what was written to the database before anything can
 * commit it: the first byte of its body, a flush, a redirect, an error, its end. Servers
 * differ in when a response counts as committed (Tomcat: as soon as its body has as many
 * bytes as the content length says), but never before the first byte. What is written to
 * the database later is added while that is possible. Not thread-safe, like every
 * response.
 */
final class ConsistencyTokenResponse extends HttpServletResponseWrapper {

	private final HttpServletResponse response;

	private final ConsistencyExchange exchange;

	private @Nullable ServletOutputStream outputStream;

	private @Nullable PrintWriter writer;

	ConsistencyTokenResponse(HttpServletResponse response, ConsistencyExchange exchange) {
		super(response);
		this.response = response;
		this.exchange = exchange;
	}

	/**
	 * Add the token, if something was written that is in none yet.
	 */
	void addToken() {
		this.exchange.addToken(this.response);
	}

	@Override
	public ServletOutputStream getOutputStream() throws IOException {
		if (this.outputStream == null) {
			this.outputStream = new CommitAwareOutputStream(super.getOutputStream(), this);
		}
		return this.outputStream;
	}

	@Override
	public PrintWriter getWriter() throws IOException {
		if (this.writer == null) {
			this.writer = new PrintWriter(new CommitAwareWriter(super.getWriter(), this));
		}
		return this.writer;
	}

	@Override
	public void flushBuffer() throws IOException {
		addToken();
		super.flushBuffer();
	}

	@Override
	public void sendError(int status) throws IOException {
		addToken();
		super.sendError(status);
	}

	@Override
	public void sendError(int status, String message) throws IOException {
		addToken();
		super.sendError(status, message);
	}

	@Override
	public void sendRedirect(String location) throws IOException {
		addToken();
		super.sendRedirect(location);
	}

	@Override
	public void sendRedirect(String location, int status, boolean clearBuffer) throws IOException {
		addToken();
		super.sendRedirect(location, status, clearBuffer);
	}

	@Override
	public void reset() {
		super.reset();
		this.outputStream = null;
		this.writer = null;
	}

}
