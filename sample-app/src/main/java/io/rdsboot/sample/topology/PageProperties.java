package io.rdsboot.sample.topology;

import java.util.List;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the page.
 *
 * @param links Other pages that the page links to.
 */
@ConfigurationProperties("sample.page")
record PageProperties(@DefaultValue List<Link> links) {

	/**
	 * Link to another page.
	 *
	 * @param text What it is called.
	 * @param path Its URL, relative to the page.
	 */
	record Link(String text, String path) {

	}

}
