package io.rdsboot.vector.filter;

import java.util.List;

/**
 * Any of several filters holds.
 *
 * @param filters at least two filters, none of them an {@code Or}: the filters of such a
 * one are taken instead
 */
public record Or(List<MetadataFilter> filters) implements MetadataFilter {

	public Or {
		filters = FilterValidation.operands("or", filters,
				(filter) -> (filter instanceof Or nested) ? nested.filters() : List.of(filter));
	}

	@Override
	public String toString() {
		return FilterText.join(" or ", this.filters);
	}

}
