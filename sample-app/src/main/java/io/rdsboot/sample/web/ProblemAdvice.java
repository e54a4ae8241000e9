package io.rdsboot.sample.web;

import java.util.Objects;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.TypeMismatchException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.MissingServletRequestParameterException;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

/**
 * Answers errors with problem details (RFC 9457).
 */
@RestControllerAdvice
class ProblemAdvice extends ResponseEntityExceptionHandler {

	@Override
	protected @Nullable ResponseEntity<Object> handleTypeMismatch(TypeMismatchException exception, HttpHeaders headers,
			HttpStatusCode status, WebRequest request) {
		Class<?> type = exception.getRequiredType();
		return handle(new InvalidParameterException(Objects.requireNonNullElse(exception.getPropertyName(), "?"),
				exception.getValue(),
				"send " + ((type != null) ? "a value of type " + type.getSimpleName() : "another")), request);
	}

	@Override
	protected @Nullable ResponseEntity<Object> handleMissingServletRequestParameter(
			MissingServletRequestParameterException exception, HttpHeaders headers, HttpStatusCode status,
			WebRequest request) {
		return handle(new InvalidParameterException(exception.getParameterName(), null,
				"send a value of type " + exception.getParameterType()), request);
	}

	private @Nullable ResponseEntity<Object> handle(InvalidParameterException exception, WebRequest request) {
		return handleErrorResponseException(exception, exception.getHeaders(), exception.getStatusCode(), request);
	}

}
