package io.rdsboot.sample.topology;

import java.util.List;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * REST interface that says which other pages there are.
 */
@RestController
class LinksController {

	private final PageProperties properties;

	LinksController(PageProperties properties) {
		this.properties = properties;
	}

	@GetMapping("/api/links")
	List<PageProperties.Link> links() {
		return this.properties.links();
	}

}
