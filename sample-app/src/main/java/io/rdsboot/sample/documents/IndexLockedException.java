package io.rdsboot.sample.documents;

import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;

/**
 * Exception for a change that must wait, as another one is at work.
 */
public class IndexLockedException extends ErrorResponseException {

	private static final long serialVersionUID = 1L;

	private static final String MESSAGE = "Another writer is at work, maybe an indexing job on another instance of "
			+ "this service: try again when it has finished";

	IndexLockedException() {
		super(HttpStatus.CONFLICT, ProblemDetail.forStatusAndDetail(HttpStatus.CONFLICT, MESSAGE), null);
		setTitle("Index is being written");
	}

	@Override
	public String getMessage() {
		return MESSAGE;
	}

}
