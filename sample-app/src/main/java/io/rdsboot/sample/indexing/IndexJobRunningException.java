package io.rdsboot.sample.indexing;

import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;

/**
 * Exception for a job that is started while another one is at work.
 */
class IndexJobRunningException extends ErrorResponseException {

	private static final long serialVersionUID = 1L;

	IndexJobRunningException() {
		super(HttpStatus.CONFLICT,
				ProblemDetail.forStatusAndDetail(HttpStatus.CONFLICT,
						"An indexing job is at work: see GET /api/index, and start the next one when it has finished"),
				null);
		setTitle("Indexing job is running");
	}

}
