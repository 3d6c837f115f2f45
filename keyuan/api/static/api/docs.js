// Draws the API's document with Swagger UI, which is served from here and runs without inline script.

const place = document.getElementById("docs");

window.SwaggerUIBundle({
  url: place.dataset.document,
  domNode: place,
  deepLinking: true,
  displayRequestDuration: true,
  persistAuthorization: false,
  validatorUrl: null,
});
