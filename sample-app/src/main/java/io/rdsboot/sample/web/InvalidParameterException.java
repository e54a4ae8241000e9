package io.rdsboot.sample.web;

import java.util.Objects;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;

/**
 * Exception for a request's parameter that cannot be used. The answer names the
 * parameter, its value and the mend.
 */
public class InvalidParameterException extends ErrorResponseException {

	private static final long serialVersionUID = 1L;

	private static final int MAX_SHOWN = 200;

	/**
	 * Creates an exception.
	 * @param parameter the parameter's name
	 * @param value its value; {@code null} if it is missing
	 * @param mend what to send instead, as an imperative
	 */
	public InvalidParameterException(String parameter, @Nullable Object value, String mend) {
		super(HttpStatus.BAD_REQUEST, problem(parameter, value, mend), null);
	}

	private static ProblemDetail problem(String parameter, @Nullable Object value, String mend) {
		String shown = (value != null) ? shown(value) : null;
		ProblemDetail problem = ProblemDetail.forStatusAndDetail(HttpStatus.BAD_REQUEST,
				"Parameter '%s' is %s: %s".formatted(parameter, (shown != null) ? "'" + shown + "'" : "missing", mend));
		problem.setTitle("Invalid parameter");
		problem.setProperty("parameter", parameter);
		problem.setProperty("value", shown);
		problem.setProperty("mend", mend);
		return problem;
	}

	private static String shown(Object value) {
		String text = Objects.toString(value);
		return (text.length() <= MAX_SHOWN) ? text : text.substring(0, MAX_SHOWN) + "...";
	}

}
