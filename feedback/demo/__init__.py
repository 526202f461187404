"""The demo's data: a believable past as facts, and a today that goes through the product's own actions."""
