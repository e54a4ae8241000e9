package io.rdsboot.sample.indexing;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/**
 * REST interface of the indexing job.
 */
@RestController
@RequestMapping("/api/index")
class IndexController {

	private final IndexJob job;

	private final IndexDirectory directory;

	IndexController(IndexJob job, IndexDirectory directory) {
		this.job = job;
		this.directory = directory;
	}

	// Only JSON: a page of another site cannot send it without being asked first
	@PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
	@ResponseStatus(HttpStatus.ACCEPTED)
	IndexStatus start(@RequestBody IndexRequest request) {
		return this.job.start(this.directory.resolve(request.directory()));
	}

	@GetMapping
	IndexStatus status() {
		return this.job.status();
	}

	/**
	 * What to index.
	 *
	 * @param directory a directory below the root; the root if {@code null}
	 */
	record IndexRequest(@Nullable String directory) {

	}

}
