package io.rdsboot.vector.filter;

import java.util.Arrays;
import java.util.List;

/**
 * A filter does not hold.
 *
 * @param filter the filter
 */
public record Not(MetadataFilter filter) implements MetadataFilter {

	public Not {
		FilterBounds.check(FilterValidation.present("not", Arrays.asList(filter)));
	}

	@Override
	public String toString() {
		return "not " + FilterText.operand(this.filter);
	}

}
