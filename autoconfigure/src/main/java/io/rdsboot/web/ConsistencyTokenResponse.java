package io.rdsboot.web;

import java.io.IOException;
import java.io.PrintWriter;

import io.rdsboot.routing.ConsistencySession;
import io.rdsboot.routing.ConsistencyTokens;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseCookie;
import org.springframework.util.StringUtils;

/**
 * Response that gets the token of what was written at the last moment before it is
 * committed: when it is flushed, ended, or its buffer would overflow. What is written to
 * the database later is in no token. Not thread-safe, like every response.
 */
final class ConsistencyTokenResponse extends HttpServletResponseWrapper {

	private final HttpServletRequest request;

	private final ConsistencySession session;

	private final ConsistencyTokens tokens;

	private @Nullable ServletOutputStream outputStream;

	private @Nullable PrintWriter writer;

	private long contentLength = Long.MAX_VALUE;

	private long written;

	private boolean added;

	ConsistencyTokenResponse(HttpServletRequest request, HttpServletResponse response, ConsistencySession session,
			ConsistencyTokens tokens) {
		super(response);
		this.request = request;
		this.session = session;
		this.tokens = tokens;
	}

	/**
	 * Add the token if something was written, and the response can still be changed.
	 */
	void addToken() {
		if (this.added || isCommitted() || !this.session.hasWritten()) {
			return;
		}
		this.added = true;
		String token = this.tokens.encode(this.tokens.capture(this.session));
		setHeader(ConsistencyTokenFilter.HEADER, token);
		addHeader(HttpHeaders.SET_COOKIE, cookie(token).toString());
	}

	private ResponseCookie cookie(String token) {
		String contextPath = this.request.getContextPath();
		return ResponseCookie.from(ConsistencyTokenFilter.COOKIE, token)
			.httpOnly(true)
			.secure(this.request.isSecure())
			.sameSite("Lax")
			.path(StringUtils.hasLength(contextPath) ? contextPath : "/")
			.build();
	}

	/**
	 * Take note of bytes that are about to be written.
	 */
	void writing(long bytes) {
		this.written += bytes;
		if (this.written >= getBufferSize() || this.written >= this.contentLength) {
			addToken();
		}
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
	public void setContentLength(int length) {
		this.contentLength = length;
		super.setContentLength(length);
	}

	@Override
	public void setContentLengthLong(long length) {
		this.contentLength = length;
		super.setContentLengthLong(length);
	}

	@Override
	public void resetBuffer() {
		super.resetBuffer();
		this.written = 0;
	}

	@Override
	public void reset() {
		super.reset();
		this.written = 0;
		this.contentLength = Long.MAX_VALUE;
		this.added = false;
		this.outputStream = null;
		this.writer = null;
	}

}
